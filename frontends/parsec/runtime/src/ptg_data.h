// The data of PTG tasks: copies, their types, and how they travel.
#ifndef HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_DATA_H_
#define HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_DATA_H_

#include <cstddef>

#include "frontends/parsec/runtime/src/data.h"
#include "parsec/ptg.h"

namespace heddle::parsec {

// `copy`, flow number `flow` of `task`, in the form `wanted`: itself where it has that datatype or nothing is wanted, else a new, counted
// copy of the arena that gets what the copy has of `from`; where that says nothing, of its own datatype.
parsec_data_copy_t* Reshaped(const parsec_task_t* task, int flow, parsec_data_copy_t* copy, const parsec_ptg_type_t& from,
                             const parsec_ptg_type_t& wanted);

// Bytes of the copy as it travels.
std::size_t PackedBytesOf(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type);
void PackCopy(const parsec_data_copy_t* copy, const parsec_ptg_type_t& type, char* to, std::size_t bytes);
// A new, counted copy that holds them: a piece of the type's arena, or just the bytes where it has none.
parsec_data_copy_t* UnpackCopy(const parsec_ptg_type_t& type, const char* from, std::size_t bytes);

}  // namespace heddle::parsec

#endif  // HEDDLE_FRONTENDS_PARSEC_RUNTIME_SRC_PTG_DATA_H_
