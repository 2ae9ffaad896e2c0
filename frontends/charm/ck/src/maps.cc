#include "ckmaps.h"
#include "frontends/charm/ck/src/array_manager.h"
#include "frontends/charm/ck/src/start.h"

namespace {

int At(const CkArrayIndex& index, int i) { return index.dimension <= 3 ? index.index[i] : index.shorts()[i]; }
int NonNegativeModulo(long value, int n) { return static_cast<int>(((value % n) + n) % n); }

}  // namespace

CkArrayMap::~CkArrayMap() = default;
int CkArrayMap::registerArray(const CkArrayIndex&, CkArrayID) { return 0; }
int CkArrayMap::procNum(int, const CkArrayIndex& index) {
  return static_cast<int>(index.hash() % static_cast<std::size_t>(CkNumPes()));
}

void CkArrayMap::populateInitial(int handle, CkArrayOptions& options, void* message, CkArray* array) {
  const CkArrayIndex& counts = options.getNumInitial();
  const int dimensions = counts.dimension;
  const int total = counts.getCombinedCount();
  for (int n = 0; n < total; ++n) {
    // The last dimension runs fastest.
    CkArrayIndex index(counts.nInts, dimensions);
    int rest = n;
    for (int i = dimensions - 1; i >= 0; --i) {
      const int value = At(options.getStart(), i) + (rest % At(counts, i)) * At(options.getStep(), i);
      rest /= At(counts, i);
      if (dimensions <= 3) {
        index.index[i] = value;
      } else {
        index.shorts()[i] = static_cast<short>(value);
      }
    }
    if (procNum(handle, index) == CkMyPe()) array->insertInitial(index, CkCopyMsg(&message));
  }
  CkFreeMsg(message);
}

int RRMap::procNum(int handle, const CkArrayIndex& index) {
  if (index.dimension == 1) return NonNegativeModulo(index.index[0], CkNumPes());
  return CkArrayMap::procNum(handle, index);
}

int DefaultArrayMap::registerArray(const CkArrayIndex& counts, CkArrayID) {
  shapes_.push_back({counts, counts.getCombinedCount()});
  return static_cast<int>(shapes_.size()) - 1;
}
int DefaultArrayMap::procNum(int handle, const CkArrayIndex& index) {
  const Shape& shape = shapes_[static_cast<std::size_t>(handle)];
  if (shape.total <= 0 || shape.counts.dimension != index.dimension) return RRMap::procNum(handle, index);
  long n = 0;
  for (int i = 0; i < index.dimension; ++i) {
    if (At(index, i) < 0 || At(index, i) >= At(shape.counts, i)) return RRMap::procNum(handle, index);
    n = n * At(shape.counts, i) + At(index, i);
  }
  return static_cast<int>(n * CkNumPes() / shape.total);
}

#define HEDDLE_MAP(name)                                                                                             \
  int CkIndex_##name::__idx = -1;                                                                                    \
  namespace {                                                                                                        \
  int ctor_of_##name = -1;                                                                                           \
  void Register##name() {                                                                                            \
    CkIndex_##name::__idx = CkRegisterChare(#name, sizeof(name), TypeGroup);                                         \
    ctor_of_##name = CkRegisterEp(#name "()", [](void*, void* object) { new (object) name; }, 0, CkIndex_##name::__idx, CK_EP_NOKEEP); \
    CkRegisterDefaultCtor(CkIndex_##name::__idx, ctor_of_##name);                                                     \
    CkRegisterGroupIrr(CkIndex_##name::__idx, 1);                                                                    \
  }                                                                                                                  \
  }                                                                                                                  \
  CkGroupID CProxy_##name::ckNew() { return CkCreateGroup(CkIndex_##name::__idx, ctor_of_##name, CkAllocSysMsg()); }
HEDDLE_MAP(CkArrayMap)
HEDDLE_MAP(RRMap)
HEDDLE_MAP(DefaultArrayMap)
HEDDLE_MAP(BlockMap)
#undef HEDDLE_MAP

namespace heddle::charm {
void RegisterMaps() {
  RegisterCkArrayMap();
  RegisterRRMap();
  RegisterDefaultArrayMap();
  RegisterBlockMap();
}

// One for the program, made where it is first needed: its number is known to whoever makes an array there.
CkGroupID DefaultMap() {
  CkGroupID& map = MyPe().default_map;
  if (map.isZero()) map = CProxy_DefaultArrayMap::ckNew();
  return map;
}
}  // namespace heddle::charm
