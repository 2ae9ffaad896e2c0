// Sections of arrays and groups: multicasts, and who they are on their root PE.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_

#include "charm++.h"

namespace heddle::charm {

// Gives the sections of one proxy, which may be of several arrays or groups, a number on this PE,
// where they have none: a reduction over all of them is one, and its root is here.
void NumberSections(CkSectionID* sections, int count);
// To all members; takes the message. Numbers the sections first.
void SendToSections(CkSectionID* sections, int count, int ep, void* msg, int opts);
// For callbacks: keeps a copy of the section on this PE.
int RememberSection(const CkSectionID& section);
void SendToRememberedSection(int pe, int number, int ep, void* msg);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_
