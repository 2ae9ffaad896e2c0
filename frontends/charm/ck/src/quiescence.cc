// Quiescence: Converse finds it, from the counts that deliver.h keeps.
#include "frontends/charm/ck/src/pe.h"
#include "frontends/charm/ck/src/start.h"

namespace heddle::charm {
namespace {

struct ChareClient {
  int ep;
  CkChareID chare;
};

void TellCallback(void* argument) {
  auto* const callback = static_cast<CkCallback*>(argument);
  callback->send(new CkQdMsg);
  delete callback;
}

void TellChare(void* argument) {
  auto* const client = static_cast<ChareClient*>(argument);
  CkSendMsg(client->ep, new CkQdMsg, &client->chare);
  delete client;
}

void Awaken(void* thread) { CthAwaken(static_cast<CthThread>(thread)); }

}  // namespace

}  // namespace heddle::charm

namespace hc = heddle::charm;

void CkStartQD(const CkCallback& callback) { CmiStartQD(hc::TellCallback, new CkCallback(callback)); }
void CkStartQD(int ep, const CkChareID* chare) { CmiStartQD(hc::TellChare, new hc::ChareClient{ep, *chare}); }
void CkWaitQD() {
  if (!CthIsSuspendable(CthSelf())) CkAbort("Charm++: CkWaitQD() blocks: call it in a [threaded] entry method");
  CmiStartQD(hc::Awaken, CthSelf());
  CthSuspend();
}
