// Channels set up by sender and by receiver carry a burst in order; a list of channels serves a list of PEs.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "converse.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

struct Data { char header[CmiMsgHeaderSizeBytes]; int channel, number; char bytes[1]; };
struct Offer { char header[CmiMsgHeaderSizeBytes]; PersistentReq request; };
CpvStaticDeclare(int, data_handler);
CpvStaticDeclare(int, offer_handler);
CpvStaticDeclare(int, done_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, done);
typedef int Three[3];
CpvStaticDeclare(Three, next);
constexpr int kMessages = 200, kMost = 4096;

Data* New(int handler, int size, int channel, int number) {
  auto* m = static_cast<Data*>(CmiAlloc(size));
  CmiSetHandler(m, handler);
  m->channel = channel;
  m->number = number;
  return m;
}
int SizeOf(int number) { return static_cast<int>(sizeof(Data)) + number * 19 % (kMost - static_cast<int>(sizeof(Data))); }
Data* Fill(int channel, int number) {
  const int size = SizeOf(number);
  Data* m = New(CpvAccess(data_handler), size, channel, number);
  for (int i = 0; i < size - static_cast<int>(sizeof(Data)); ++i) m->bytes[i] = static_cast<char>(number + i);
  return m;
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }
void OnDone(void* m) {
  CmiFree(m);
  if (++CpvAccess(done) < CmiNumPes()) return;
  printf("OK\n");
  fflush(stdout);
  CmiSyncBroadcastAllAndFree(sizeof(Data), New(CpvAccess(exit_handler), sizeof(Data), 0, 0));
}
void OnData(void* message) {
  auto* m = static_cast<Data*>(message);
  int* next = CpvAccess(next);
  if (m->channel < 2) {
    CHECK(m->number == next[m->channel]);
  }
  ++next[m->channel];
  for (int i = 0; i < SizeOf(m->number) - static_cast<int>(sizeof(Data)); ++i) CHECK(m->bytes[i] == static_cast<char>(m->number + i));
  CmiFree(m);
  if (next[0] == kMessages && next[1] == kMessages && next[2] == kMessages * CmiNumPes()) {
    next[0] = -1;
    CmiDestroyAllPersistent();
    CmiSyncSendAndFree(0, sizeof(Data), New(CpvAccess(done_handler), sizeof(Data), 0, 0));
  }
}
void OnOffer(void* message) {
  PersistentHandle handle = CmiRegisterReceivePersistent(static_cast<Offer*>(message)->request);
  const int to = static_cast<Offer*>(message)->request.pe;
  CmiFree(message);
  for (int i = 0; i < kMessages; ++i) {
    CmiUsePersistentHandle(&handle, 1);
    CmiSyncSendAndFree(to, SizeOf(i), Fill(1, i));
    CmiUsePersistentHandle(NULL, 0);
  }
  CmiDestroyPersistent(handle);
}
void Start(int, char**) {
  CpvInitialize(int, data_handler);
  CpvInitialize(int, offer_handler);
  CpvInitialize(int, done_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, done);
  CpvInitialize(Three, next);
  CpvAccess(data_handler) = CmiRegisterHandler(OnData);
  CpvAccess(offer_handler) = CmiRegisterHandler(OnOffer);
  CpvAccess(done_handler) = CmiRegisterHandler(OnDone);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CmiNodeAllBarrier();
  const int peer = (CmiMyPe() + 1) % CmiNumPes();
  auto* offer = static_cast<Offer*>(CmiAlloc(sizeof(Offer)));
  CmiSetHandler(offer, CpvAccess(offer_handler));
  offer->request = CmiCreateReceiverPersistent(kMost);
  CmiSyncSendAndFree(peer, sizeof(Offer), offer);
  PersistentHandle direct = CmiCreatePersistent(peer, kMost);
  for (int i = 0; i < kMessages; ++i) CmiSendPersistentMsg(direct, SizeOf(i), Fill(0, i));
  std::vector<PersistentHandle> handles;
  std::vector<int> pes;
  for (int pe = 0; pe < CmiNumPes(); ++pe) {
    handles.push_back(CmiCreatePersistent(pe, kMost));
    pes.push_back(pe);
  }
  for (int i = 0; i < kMessages; ++i) {
    CmiUsePersistentHandle(handles.data(), CmiNumPes());
    CmiSyncListSendAndFree(CmiNumPes(), pes.data(), SizeOf(i), Fill(2, i));
    CmiUsePersistentHandle(NULL, 0);
  }
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start, 0, 0); }
