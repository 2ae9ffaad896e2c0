// Sections of arrays and groups: multicasts, and who they are on their root PE.
#ifndef HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_
#define HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_

#include "charm++.h"

namespace heddle::charm {

// Gives a section a number on this PE, where it has none; its root is here then. `count` parts: of several arrays, or groups.
void NumberSections(CkSectionID* sections, int count);
// To all members; takes the message.
void SendToSection(CkSectionID* section, int ep, void* msg, int opts);
void SendToGroupSection(CkSectionID* section, int ep, void* msg, int opts);
// For callbacks: keeps a copy of the section on this PE.
int RememberSection(const CkSectionID& section);
void SendToRememberedSection(int pe, int number, int ep, void* msg);

}  // namespace heddle::charm

#endif  // HEDDLE_FRONTENDS_CHARM_CK_SRC_SECTIONS_H_
