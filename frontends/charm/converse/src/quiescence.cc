// Quiescence: the four-counter method (Mattern, Distributed Computing 2, 1987) over the tree of
// PEs.
//
// PE 0 asks all PEs for their two counts, which are added up the tree: a wave. Where created ==
// processed in two waves one after the other, and nothing has changed between them, no message was
// under way when the second began. A PE answers when it has no message at hand, and otherwise a
// millisecond later: a busy job is not slowed down by being asked.
#include <algorithm>
#include <cstdint>

#include "frontends/charm/converse/src/periphery.h"

struct ConvQdState {
  CmiInt8 created = 0;
  CmiInt8 processed = 0;

  // ---- The wave
  std::intptr_t wave = 0;  // Which this PE is asked in; 0: none.
  bool answered = true;
  int answers = 0;   // Of children.
  int at_idle = -1;  // The callback that answers when there is nothing to do.
  CmiInt8 sum_created = 0;
  CmiInt8 sum_processed = 0;

  // ---- PE 0
  bool searching = false;
  std::intptr_t last_wave = 0;
  CmiInt8 before_created = -1;
  CmiInt8 before_processed = -1;
  double pause_ms = 0;
};

CpvDeclare(CQdState, cQdState);

namespace heddle::converse {
namespace {

constexpr double kFirstPauseMs = 0.05, kLastPauseMs = 2;

CpvStaticDeclare(ConvQdState, state);
std::atomic<int> start_handler{-1}, ask_handler{-1}, answer_handler{-1}, found_handler{-1};

struct WaveMessage {
  CmiMessageHeader header;
  std::intptr_t wave;
  CmiInt8 created;
  CmiInt8 processed;
};

WaveMessage* NewMessage(const std::atomic<int>& handler) {
  auto* const message = static_cast<WaveMessage*>(CmiAlloc(sizeof(WaveMessage)));
  CmiSetHandler(message, handler.load(std::memory_order_relaxed));
  return message;
}

void Ask(void*, double) {
  ConvQdState& mine = *CpvAccess(cQdState);
  WaveMessage* const message = NewMessage(ask_handler);
  message->wave = ++mine.last_wave;
  CmiSyncBroadcastAllAndFree(sizeof(WaveMessage), message);
}

// All PEs have answered.
void Judge(ConvQdState& mine, CmiInt8 created, CmiInt8 processed) {
  const bool balanced = created == processed;
  if (balanced && created == mine.before_created && processed == mine.before_processed) {
    mine.searching = false;
    CmiSyncBroadcastAllAndFree(sizeof(WaveMessage), NewMessage(found_handler));
    return;
  }
  mine.before_created = created;
  mine.before_processed = processed;
  if (balanced) {
    Ask(nullptr, 0);
    return;
  }
  CcdCallFnAfter(Ask, nullptr, mine.pause_ms);
  mine.pause_ms = std::min(2 * mine.pause_ms, kLastPauseMs);
}

void PassOn() {
  ConvQdState& mine = *CpvAccess(cQdState);
  const int pe = CmiMyPe();
  if (!mine.answered || mine.wave == 0 || mine.answers < CmiNumSpanTreeChildren(pe)) return;
  const CmiInt8 created = mine.sum_created, processed = mine.sum_processed;
  mine.wave = 0;
  mine.answers = 0;
  mine.sum_created = mine.sum_processed = 0;
  if (pe == 0) {
    Judge(mine, created, processed);
    return;
  }
  WaveMessage* const message = NewMessage(answer_handler);
  message->created = created;
  message->processed = processed;
  CmiSyncSendAndFree(CmiSpanTreeParent(pe), sizeof(WaveMessage), message);
}

// Adds the PE's own counts, unless it has done so in this wave.
void Answer(void* wave) {
  ConvQdState& mine = *CpvAccess(cQdState);
  if (mine.answered || mine.wave != reinterpret_cast<std::intptr_t>(wave)) return;
  mine.answered = true;
  CcdCancelCallOnCondition(CcdPROCESSOR_BEGIN_IDLE, mine.at_idle);
  mine.sum_created += mine.created;
  mine.sum_processed += mine.processed;
  PassOn();
}
void AnswerLater(void* wave, double) { Answer(wave); }

void HandleAsk(void* message) {
  ConvQdState& mine = *CpvAccess(cQdState);
  mine.wave = static_cast<WaveMessage*>(message)->wave;
  mine.answered = false;
  CmiFree(message);
  void* const wave = reinterpret_cast<void*>(mine.wave);
  if (!Self().place->HasMessages()) {
    Answer(wave);
    return;
  }
  mine.at_idle = CcdCallOnCondition(CcdPROCESSOR_BEGIN_IDLE, Answer, wave);
  CcdCallFnAfter(AnswerLater, wave, 1);
}

void HandleAnswer(void* message) {
  ConvQdState& mine = *CpvAccess(cQdState);
  const auto* const answer = static_cast<WaveMessage*>(message);
  mine.sum_created += answer->created;
  mine.sum_processed += answer->processed;
  ++mine.answers;
  CmiFree(message);
  PassOn();
}

void HandleStart(void* message) {
  CmiFree(message);
  ConvQdState& mine = *CpvAccess(cQdState);
  if (mine.searching) return;
  mine.searching = true;
  mine.before_created = mine.before_processed = -1;
  mine.pause_ms = kFirstPauseMs;
  Ask(nullptr, 0);
}

void HandleFound(void* message) {
  CmiFree(message);
  CcdRaiseCondition(CcdQUIESCENCE);
}

}  // namespace

void InitQuiescence(Pe&, char**) {
  CpvInitialize(ConvQdState, state);
  CpvInitialize(CQdState, cQdState);
  CpvAccess(cQdState) = &CpvAccess(state);
  start_handler.store(CmiRegisterHandler(HandleStart), std::memory_order_relaxed);
  ask_handler.store(CmiRegisterHandler(HandleAsk), std::memory_order_relaxed);
  answer_handler.store(CmiRegisterHandler(HandleAnswer), std::memory_order_relaxed);
  found_handler.store(CmiRegisterHandler(HandleFound), std::memory_order_relaxed);
}

}  // namespace heddle::converse

namespace hc = heddle::converse;

void CQdCreate(CQdState state, CmiInt8 n) { state->created += n; }
void CQdProcess(CQdState state, CmiInt8 n) { state->processed += n; }
CmiInt8 CQdGetCreated(CQdState state) { return state->created; }
CmiInt8 CQdGetProcessed(CQdState state) { return state->processed; }
void CQdRegisterCallback(CQdCondFn fn, void* arg) { CcdCallOnCondition(CcdQUIESCENCE, fn, arg); }
void CmiStartQD(CQdCondFn fn, void* arg) {
  CQdRegisterCallback(fn, arg);
  CmiSyncSendAndFree(0, sizeof(hc::WaveMessage), hc::NewMessage(hc::start_handler));
}
void CQdInit() {}
void CQdCpvInit() {}
