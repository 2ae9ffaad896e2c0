// Options about where PEs run.
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/charm/converse/src/modules.h"
#include "frontends/charm/converse/src/session.h"

namespace heddle::converse {
namespace {

// The next number of a list; false where there is none.
bool TakeNumber(std::string_view* text, int* number) {
  if (text->empty() || std::isdigit(static_cast<unsigned char>(text->front())) == 0) return false;
  long value = 0;
  while (!text->empty() && std::isdigit(static_cast<unsigned char>(text->front())) != 0 &&
         value < 1 << 20) {
    value = 10 * value + (text->front() - '0');
    text->remove_prefix(1);
  }
  *number = static_cast<int>(value);
  return true;
}
bool TakeNumberAfter(std::string_view* text, char mark, int* number) {
  if (text->empty() || text->front() != mark) return false;
  text->remove_prefix(1);
  return TakeNumber(text, number);
}

// A list as the original's: FIRST[-LAST[:STRIDE[.RUN[+OFFSET]]]], with commas between.
// False where it is none.
bool ReadList(std::string_view text, std::vector<int>* cores) {
  for (;;) {
    if (!text.empty() && text.front() == 'L') text.remove_prefix(1);  // Logical numbers.
    int first = 0, stride = 1, run = 1, offset = 0;
    if (!TakeNumber(&text, &first)) return false;
    int last = first;
    if (TakeNumberAfter(&text, '-', &last) && TakeNumberAfter(&text, ':', &stride) &&
        TakeNumberAfter(&text, '.', &run)) {
      TakeNumberAfter(&text, '+', &offset);
    }
    if (stride < 1 || run < 1 || last < first) return false;
    for (int core = first; core <= last; core += stride) {
      for (int i = 0; i < run && core + i <= last; ++i) {
        cores->push_back(core + i);
        if (offset > 0) cores->push_back(core + i + offset);
      }
    }
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

}  // namespace

bool ReadAffinity(char** argv) {
  const bool set = CmiGetArgFlagDesc(argv, "+setcpuaffinity", "a PE stays on its core") != 0;
  char* map = nullptr;
  if (!CmiGetArgStringDesc(argv, "+pemap", &map,
                           "the cores of PEs: a list of numbers and ranges, 0-3,6 or 0-7:2")) {
    return set;
  }
  std::vector<int> cores;
  if (!ReadList(map, &cores))
    CmiAbort("+pemap %s: a list of cores and ranges of cores is allowed, such as 0-3,6 or 0-7:2",
             map);
  // The pool places its workers, one a core; PE i lives on worker i.
  const Topology& machine = session->runtime->pool().topology();
  bool as_asked = true;
  for (int pe = 0; pe < _Cmi_mynodesize; ++pe) {
    const int core = cores[static_cast<std::size_t>(pe) % cores.size()];
    const auto& units = machine.units();
    const int unit = pe % session->runtime->pool().slots();
    as_asked = as_asked && units[static_cast<std::size_t>(unit)].os_index == core;
  }
  if (!as_asked && !session->quiet && _Cmi_mynode == 0) {
    CmiError(
        "Converse> +pemap %s: PEs stay on the cores that the pool has chosen; restrict them by "
        "taskset or mpirun --map-by\n",
        map);
  }
  return true;
}

}  // namespace heddle::converse
