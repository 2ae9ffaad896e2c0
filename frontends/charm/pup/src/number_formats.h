// PUP's types as components/serialization knows numbers.
#ifndef HEDDLE_FRONTENDS_CHARM_PUP_SRC_NUMBER_FORMATS_H_
#define HEDDLE_FRONTENDS_CHARM_PUP_SRC_NUMBER_FORMATS_H_

#include <cstddef>
#include <cstdint>

#include "components/serialization/number.h"
#include "pup.h"

namespace heddle::charm {

// The format of `type` in values of `item` bytes. Errors: abort where it is no number.
inline NumberFormat FormatOf(PUP::dataType type, std::size_t item) {
  const auto bytes = static_cast<std::uint8_t>(item);
  switch (type) {
    case PUP::Tchar:
    case PUP::Tshort:
    case PUP::Tint:
    case PUP::Tlong:
    case PUP::Tlonglong:
    case PUP::Tint128:
      return {NumberKind::kSigned, bytes};
    case PUP::Tuchar:
    case PUP::Tushort:
    case PUP::Tuint:
    case PUP::Tulong:
    case PUP::Tulonglong:
    case PUP::Tuint128:
    case PUP::Tbyte:
    case PUP::Tpointer:
      return {NumberKind::kUnsigned, bytes};
    case PUP::Tfloat:
    case PUP::Tdouble:
    case PUP::Tlongdouble:
      return {NumberKind::kFloating, bytes};
    case PUP::Tbool:
      return {NumberKind::kBool, bytes};
    default:
      CmiAbort("PUP: values of type %d and %zu bytes are no numbers", static_cast<int>(type), item);
  }
}

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_PUP_SRC_NUMBER_FORMATS_H_
