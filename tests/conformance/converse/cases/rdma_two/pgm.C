// Every PE fetches from the next and writes to it: its neighbour in the process, and in the other one. All are in the same case.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "conv-rdma.h"

#define CHECK(c) \
  do { if (!(c)) { fprintf(stderr, "PE %d line %d: %s\n", CmiMyPe(), __LINE__, #c); _Exit(1); } } while (0)

constexpr size_t kSizes[] = {1, 7, 4096, 100000, 1 << 20};
constexpr int kCases = 2 * sizeof(kSizes) / sizeof(kSizes[0]);  // Each size registered, and not.

struct Message { char header[CmiMsgHeaderSizeBytes]; int from; CmiNcpyBuffer buffer; };
CpvStaticDeclare(int, case_number);
CpvStaticDeclare(int, buffer_handler);
CpvStaticDeclare(int, written_handler);
CpvStaticDeclare(int, done_handler);
CpvStaticDeclare(int, next_handler);
CpvStaticDeclare(int, exit_handler);
CpvStaticDeclare(int, done);
CpvStaticDeclare(CmiNcpyBuffer, mine);   // What others reach.
CpvStaticDeclare(CmiNcpyBuffer, local);  // Where it is fetched to.
CpvStaticDeclare(CmiNcpyBuffer, remote);
CpvStaticDeclare(bool, putting);
CpvStaticDeclare(int, steps);

size_t Size() { return kSizes[CpvAccess(case_number) / 2]; }
int Mode() { return CpvAccess(case_number) % 2 == 0 ? CMK_BUFFER_REG : CMK_BUFFER_NOREG; }
char Byte(size_t i, int pe, int what) { return static_cast<char>(i * 7 + static_cast<size_t>(pe) * 31 + static_cast<size_t>(what)); }
void Fill(char* to, int pe, int what) { for (size_t i = 0; i < Size(); ++i) to[i] = Byte(i, pe, what); }
void Verify(const char* bytes, int pe, int what) {
  for (size_t i = 0; i < Size(); ++i) CHECK(bytes[i] == Byte(i, pe, what));
  CHECK(bytes[Size()] == 'E');
}
char* NewBytes() { char* p = static_cast<char*>(malloc(Size() + 1)); p[Size()] = 'E'; return p; }
int Next() { return (CmiMyPe() + 1) % CmiNumPes(); }
Message* New(int handler) {
  auto* m = static_cast<Message*>(CmiAlloc(sizeof(Message)));
  CmiSetHandler(m, handler);
  m->from = CmiMyPe();
  m->buffer = CmiNcpyBuffer();
  return m;
}
void Send(int pe, int handler) { CmiSyncSendAndFree(pe, sizeof(Message), New(handler)); }

void StartCase() {
  char* bytes = NewBytes();
  Fill(bytes, CmiMyPe(), 1);
  CpvAccess(mine) = CmiNcpyBuffer(bytes, Size(), static_cast<unsigned short>(Mode()));
  CHECK(CpvAccess(mine).isRegistered == (Mode() == CMK_BUFFER_REG));
  CpvAccess(steps) = 0;
  Message* m = New(CpvAccess(buffer_handler));
  m->buffer = CpvAccess(mine);
  CmiSyncSendAndFree((CmiMyPe() + CmiNumPes() - 1) % CmiNumPes(), sizeof(Message), m);
}
// Two things end a case here: our own write is done, and our memory has been written.
void Step() {
  if (++CpvAccess(steps) < 2) return;
  CpvAccess(mine).deregisterMem();
  CpvAccess(local).deregisterMem();
  free(const_cast<void*>(CpvAccess(mine).ptr));
  free(const_cast<void*>(CpvAccess(local).ptr));
  ++CpvAccess(case_number);
  Send(0, CpvAccess(done_handler));
}
void OnBuffer(void* m) {
  CpvAccess(remote) = static_cast<Message*>(m)->buffer;
  CmiFree(m);
  char* bytes = NewBytes();
  memset(bytes, 0, Size());
  CpvAccess(local) = CmiNcpyBuffer(bytes, Size());
  CpvAccess(putting) = false;
  int ack = 5;
  CpvAccess(local).rdmaGet(CpvAccess(remote), sizeof(ack), reinterpret_cast<char*>(&ack), reinterpret_cast<char*>(&ack));
}
void Ack(void* token) {
  auto* info = static_cast<NcpyOperationInfo*>(token);
  int ack = 0;
  memcpy(&ack, info->srcAck, sizeof(ack));
  CHECK(ack == 5 && info->srcAckSize == sizeof(ack));
  const int initiator = info->opMode == CMK_DIRECT_API && info->ackMode == CMK_SRC_DEST_ACK ? CmiMyPe() : -1;
  // By message: the source of a get, and the destination of a put, hear of it as well, and look at nothing here.
  if (!CpvAccess(putting) && info->destPe == CmiMyPe() && info->destPtr == CpvAccess(local).ptr) {
    CHECK(info->ackMode != CMK_SRC_ACK && (initiator == -1 || initiator == info->destPe));
    char* bytes = static_cast<char*>(const_cast<void*>(CpvAccess(local).ptr));
    Verify(bytes, Next(), 1);
    Fill(bytes, CmiMyPe(), 2);
    CpvAccess(putting) = true;
    int five = 5;
    CpvAccess(local).rdmaPut(CpvAccess(remote), sizeof(five), reinterpret_cast<char*>(&five), reinterpret_cast<char*>(&five));
  } else if (CpvAccess(putting) && info->srcPe == CmiMyPe() && info->srcPtr == CpvAccess(local).ptr && info->ackMode != CMK_DEST_ACK) {
    Send(Next(), CpvAccess(written_handler));  // Behind the data where those are a message.
    Step();
  }
}
void OnWritten(void* m) {
  const int from = static_cast<Message*>(m)->from;
  CmiFree(m);
  Verify(static_cast<const char*>(CpvAccess(mine).ptr), from, 2);
  Step();
}
void OnExit(void* m) { CmiFree(m); CsdExitScheduler(); }
void OnNext(void* m) {
  CmiFree(m);
  StartCase();
}
void OnDone(void* m) {
  CmiFree(m);
  if (++CpvAccess(done) < CmiNumPes()) return;
  CpvAccess(done) = 0;
  if (CpvAccess(case_number) < kCases) {
    CmiSyncBroadcastAllAndFree(sizeof(Message), New(CpvAccess(next_handler)));
    return;
  }
  printf("OK\n");
  fflush(stdout);
  CmiSyncBroadcastAllAndFree(sizeof(Message), New(CpvAccess(exit_handler)));
}
void Start(int, char**) {
  CpvInitialize(int, case_number);
  CpvInitialize(int, buffer_handler);
  CpvInitialize(int, written_handler);
  CpvInitialize(int, done_handler);
  CpvInitialize(int, next_handler);
  CpvInitialize(int, exit_handler);
  CpvInitialize(int, done);
  CpvInitialize(CmiNcpyBuffer, mine);
  CpvInitialize(CmiNcpyBuffer, local);
  CpvInitialize(CmiNcpyBuffer, remote);
  CpvInitialize(bool, putting);
  CpvInitialize(int, steps);
  CpvAccess(buffer_handler) = CmiRegisterHandler(OnBuffer);
  CpvAccess(written_handler) = CmiRegisterHandler(OnWritten);
  CpvAccess(done_handler) = CmiRegisterHandler(OnDone);
  CpvAccess(next_handler) = CmiRegisterHandler(OnNext);
  CpvAccess(exit_handler) = CmiRegisterHandler(OnExit);
  CmiSetDirectNcpyAckHandler(Ack);
  CmiBarrier();
  StartCase();
}

int main(int argc, char** argv) { ConverseInit(argc, argv, Start); }
