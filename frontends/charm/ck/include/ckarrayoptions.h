// How an array is made: its initial elements, where they live, what they may do.
#ifndef CKARRAYOPTIONS_H
#define CKARRAYOPTIONS_H

#include <vector>

#include "ckarrayindex.h"
#include "ckcallback.h"

class CkArray;
class ArrayElement;

// Is told what happens to an array's elements on its PE. Travels with the array's options.
class CkArrayListener : public PUP::able {
 public:
  explicit CkArrayListener(int ints) : ints_(ints), offset_(0) {}
  explicit CkArrayListener(CkMigrateMessage* m) : PUP::able(m), ints_(0), offset_(0) {}
  void pup(PUP::er& p) override {
    PUP::able::pup(p);
    p | ints_, p | offset_;
  }
  PUPable_abstract(CkArrayListener)
  virtual void ckRegister(CkArray*, int offset) { offset_ = offset; }
  int ckGetLen() const { return ints_; }
  int ckGetOffset() const { return offset_; }
  virtual void ckBeginInserting() {}
  virtual void ckEndInserting() {}
  virtual void ckElementStamp(int*) {}
  virtual void ckElementCreating(ArrayElement*) {}
  virtual bool ckElementCreated(ArrayElement*) { return true; }
  virtual void ckElementDied(ArrayElement*) {}
  virtual void ckElementLeaving(ArrayElement*) {}
  virtual bool ckElementArriving(ArrayElement*) { return true; }
  virtual void flushState() {}

 private:
  int ints_, offset_;
};

// Thread safety: its owner's.
class CkArrayOptions {
 public:
  CkArrayOptions() { Init(); }
  CkArrayOptions(int dimensions, int sizes[]);
  CkArrayOptions(int n1) { Init(), setNumInitial(n1); }
  CkArrayOptions(int n1, int n2) { Init(), setNumInitial(n1, n2); }
  CkArrayOptions(int n1, int n2, int n3) { Init(), setNumInitial(n1, n2, n3); }
  CkArrayOptions(short n1, short n2, short n3, short n4) { Init(), setNumInitial(n1, n2, n3, n4); }
  CkArrayOptions(short n1, short n2, short n3, short n4, short n5) { Init(), setNumInitial(n1, n2, n3, n4, n5); }
  CkArrayOptions(short n1, short n2, short n3, short n4, short n5, short n6) { Init(), setNumInitial(n1, n2, n3, n4, n5, n6); }
  // Indices from `start` up to `end`, which is none of them, by `step`, in each dimension.
  CkArrayOptions(CkArrayIndex start, CkArrayIndex end, CkArrayIndex step) {
    Init();
    start_ = start, end_ = end, step_ = step;
    UpdateCount();
  }

  CkArrayOptions& setStart(CkArrayIndex start) { return start_ = start, UpdateCount(); }
  CkArrayOptions& setEnd(CkArrayIndex end) { return end_ = end, UpdateCount(); }
  CkArrayOptions& setStep(CkArrayIndex step) { return step_ = step, UpdateCount(); }
  CkArrayOptions& setNumInitial(int n) { return Sizes(CkArrayIndex1D(n)); }
  CkArrayOptions& setNumInitial(int a, int b) { return Sizes(CkArrayIndex2D(a, b)); }
  CkArrayOptions& setNumInitial(int a, int b, int c) { return Sizes(CkArrayIndex3D(a, b, c)); }
  CkArrayOptions& setNumInitial(short a, short b, short c, short d) { return Sizes(CkArrayIndex4D(a, b, c, d)); }
  CkArrayOptions& setNumInitial(short a, short b, short c, short d, short e) { return Sizes(CkArrayIndex5D(a, b, c, d, e)); }
  CkArrayOptions& setNumInitial(short a, short b, short c, short d, short e, short f) { return Sizes(CkArrayIndex6D(a, b, c, d, e, f)); }
  // What maps may count on for arrays that are filled later.
  CkArrayOptions& setBounds(int n) { return bounds_ = CkArrayIndex1D(n), *this; }
  CkArrayOptions& setBounds(int a, int b) { return bounds_ = CkArrayIndex2D(a, b), *this; }
  CkArrayOptions& setBounds(int a, int b, int c) { return bounds_ = CkArrayIndex3D(a, b, c), *this; }
  CkArrayOptions& setBounds(short a, short b, short c, short d) { return bounds_ = CkArrayIndex4D(a, b, c, d), *this; }
  CkArrayOptions& setBounds(short a, short b, short c, short d, short e) { return bounds_ = CkArrayIndex5D(a, b, c, d, e), *this; }
  CkArrayOptions& setBounds(short a, short b, short c, short d, short e, short f) { return bounds_ = CkArrayIndex6D(a, b, c, d, e, f), *this; }
  CkArrayOptions& setMap(const CkGroupID& map) { return map_ = map, *this; }
  // Elements of the same index live, and move, together.
  CkArrayOptions& bindTo(const CkArrayID& array) { return bound_to_ = array, *this; }
  CkArrayOptions& setLocationManager(const CkGroupID&) { return *this; }
  CkArrayOptions& setLocationCache(const CkGroupID&) { return *this; }
  CkArrayOptions& setMcastManager(const CkGroupID& manager) { return multicast_ = manager, *this; }
  // Takes the listener.
  CkArrayOptions& addListener(CkArrayListener* listener) { return listeners_.push_back(listener), *this; }
  CkArrayOptions& setAnytimeMigration(bool b) { return anytime_migration_ = b, *this; }
  CkArrayOptions& setStaticInsertion(bool b) { return static_insertion_ = b ? 1 : 2, *this; }
  CkArrayOptions& setBroadcastViaScheduler(bool b) { return broadcast_via_scheduler_ = b, *this; }
  CkArrayOptions& setSectionAutoDelegate(bool b) { return section_auto_delegate_ = b, *this; }
  CkArrayOptions& setReductionClient(CkCallback cb) { return reduction_client_ = cb, *this; }
  // Called, with this pointer, on each PE when its part has been made.
  CkArrayOptions& setInitCallback(CkCallback cb) { return init_callback_ = cb, *this; }

  const CkArrayIndex& getStart() const { return start_; }
  const CkArrayIndex& getEnd() const { return end_; }
  const CkArrayIndex& getStep() const { return step_; }
  // Elements in each dimension.
  const CkArrayIndex& getNumInitial() const { return count_; }
  const CkArrayIndex& getBounds() const { return bounds_; }
  const CkGroupID& getMap() const { return map_; }
  const CkArrayID& getBoundTo() const { return bound_to_; }
  const CkGroupID& getMcastManager() const { return multicast_; }
  const CkCallback& getReductionClient() const { return reduction_client_; }
  const CkCallback& getInitCallback() const { return init_callback_; }
  bool isSectionAutoDelegated() const { return section_auto_delegate_; }
  bool isStaticInsertion() const { return static_insertion_ == 1 || (static_insertion_ == 0 && count_.getCombinedCount() > 0); }
  std::vector<CkArrayListener*>& getListeners() { return listeners_; }
  void pup(PUP::er& p);

 private:
  void Init();
  CkArrayOptions& Sizes(const CkArrayIndex& counts);
  CkArrayOptions& UpdateCount();

  CkArrayIndex start_, end_, step_, count_, bounds_;
  CkGroupID map_, multicast_;
  CkArrayID bound_to_;
  std::vector<CkArrayListener*> listeners_;
  CkCallback reduction_client_, init_callback_;
  bool anytime_migration_, section_auto_delegate_, broadcast_via_scheduler_;
  int static_insertion_;  // 0: as the initial elements say
};

#endif  // CKARRAYOPTIONS_H
