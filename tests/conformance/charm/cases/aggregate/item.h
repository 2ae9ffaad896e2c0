#ifndef ITEM_H
#define ITEM_H
#include <string>
#include <vector>

#include "pup_stl.h"

// Long or short.
struct Item {
  std::string name;
  std::vector<int> numbers;
  void pup(PUP::er& p) {
    p | name;
    p | numbers;
  }
};
#endif
