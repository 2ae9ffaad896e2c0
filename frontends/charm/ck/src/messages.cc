// Messages: memory, copies, packing.
#include "frontends/charm/ck/src/pe.h"

void envelope::setUsersize(UInt bytes) {
  if (bytes > usersize_) CkAbort("Charm++: a message of %u bytes cannot grow to %u", usersize_, bytes);
  const void* const before = getPrioPtr();
  const std::size_t behind = static_cast<std::size_t>(getPrioBytes()) + getGroupDepSize();
  usersize_ = bytes;
  std::memmove(getPrioPtr(), before, behind);
}

size_t* CkMessageOffsets() { return heddle::charm::MyPe().message_offsets; }

void* CkAllocMsg(int msg, int bytes, int prio_bits, GroupDepNum deps) {
  return EnvToUsr(envelope::Allocate(ForChareMsg, msg, static_cast<UInt>(bytes), prio_bits, deps));
}

namespace {

void SetOptions(envelope* env, const CkEntryOptions& options) {
  env->setQueueing(static_cast<UChar>(options.getQueueing()));
  if (options.getPriorityBits() > 0) std::memcpy(env->getPrioPtr(), options.getPriorityPtr(), env->getPrioBytes());
  for (int i = 0; i < options.getGroupDepNum(); ++i) env->setGroupDep(options.getGroupDepID(i), i);
}

}  // namespace

void* CkAllocSysMsg(const CkEntryOptions* options) {
  if (options == nullptr) return EnvToUsr(envelope::Allocate(ForChareMsg, 0, 0));
  envelope* const env = envelope::Allocate(ForChareMsg, 0, 0, options->getPriorityBits(), options->getGroupDepNum());
  SetOptions(env, *options);
  return EnvToUsr(env);
}

CkMarshallMsg* CkAllocateMarshallMsgNoninline(int bytes, const CkEntryOptions* options) {
  if (options == nullptr) return CkAllocateMarshallMsg(bytes);
  envelope* const env = envelope::Allocate(ForChareMsg, CMessage_CkMarshallMsg::__idx, static_cast<UInt>(16 + bytes),
                                           options->getPriorityBits(), options->getGroupDepNum());
  SetOptions(env, *options);
  auto* const msg = static_cast<CkMarshallMsg*>(EnvToUsr(env));
  msg->msgBuf = reinterpret_cast<char*>(msg) + 16;
  return msg;
}

void* CkAllocBuffer(void* msg, int bytes) {
  envelope* const like = UsrToEnv(msg);
  envelope* const env = envelope::Allocate(like->getMsgtype(), like->getMsgIdx(), static_cast<UInt>(bytes), like->getPriobits(),
                                           like->getGroupDepNum());
  const UInt user = env->getUsersize();
  // All but Converse's header and the size is as in the other.
  std::memcpy(reinterpret_cast<char*>(env) + CmiMsgHeaderSizeBytes, reinterpret_cast<char*>(like) + CmiMsgHeaderSizeBytes,
              sizeof(envelope) - CmiMsgHeaderSizeBytes);
  env->AssignUsersize(user);
  env->setPacked(like->isPacked() ? 0 : 1);
  std::memcpy(env->getPrioPtr(), like->getPrioPtr(), static_cast<std::size_t>(like->getPrioBytes()) + like->getGroupDepSize());
  return EnvToUsr(env);
}

void CkFreeMsg(void* msg) {
  if (msg != nullptr) CmiFree(UsrToEnv(msg));
}
void CkFreeSysMsg(void* msg) { CkFreeMsg(msg); }

void* CkReferenceMsg(void* msg) {
  CmiReference(UsrToEnv(msg));
  return msg;
}

void* CkCopyMsg(void** message) {
  envelope* env = UsrToEnv(*message);
  CkPackMessage(&env);
  const int bytes = static_cast<int>(env->getTotalsize());
  auto* copy = static_cast<envelope*>(CmiAlloc(bytes));
  std::memcpy(static_cast<void*>(copy), env, static_cast<std::size_t>(bytes));
  CkUnpackMessage(&copy);
  CkUnpackMessage(&env);
  *message = EnvToUsr(env);
  return EnvToUsr(copy);
}

void CkPackMessage(envelope** env) {
  const CkPackFnPtr pack = _msgTable[(*env)->getMsgIdx()]->pack;
  if (pack == nullptr || (*env)->isPacked()) return;
  *env = UsrToEnv(pack(EnvToUsr(*env)));
  (*env)->setPacked(1);
}
void CkUnpackMessage(envelope** env) {
  if (!(*env)->isPacked()) return;
  const CkUnpackFnPtr unpack = _msgTable[(*env)->getMsgIdx()]->unpack;
  if (unpack != nullptr) *env = UsrToEnv(unpack(EnvToUsr(*env)));
  (*env)->setPacked(0);
}

void CkSetQueueing(void* msg, int strategy) { UsrToEnv(msg)->setQueueing(static_cast<UChar>(strategy)); }
void* CkPriorityPtr(void* msg) { return UsrToEnv(msg)->getPrioPtr(); }
void CkSetRefNum(void* msg, CMK_REFNUM_TYPE ref) { UsrToEnv(msg)->setRef(ref); }
CMK_REFNUM_TYPE CkGetRefNum(void* msg) { return UsrToEnv(msg)->getRef(); }
int CkGetSrcPe(void* msg) { return static_cast<int>(UsrToEnv(msg)->getSrcPe()); }
int CkGetSrcNode(void* msg) { return CmiNodeOf(CkGetSrcPe(msg)); }
int CkMessageToEpIdx(void* msg) { return UsrToEnv(msg)->getEpIdx(); }

void CkMessage::pup(PUP::er& p) { p(reinterpret_cast<char*>(this), UsrToEnv(this)->getUsersize()); }

// As its packed block; a null pointer is a size of 0.
void CkPupMessage(PUP::er& p, void** message, int) {
  envelope* env = *message != nullptr && !p.isUnpacking() ? UsrToEnv(*message) : nullptr;
  if (env != nullptr) CkPackMessage(&env);
  int bytes = env != nullptr ? static_cast<int>(env->getTotalsize()) : 0;
  p | bytes;
  if (p.isUnpacking()) env = bytes != 0 ? static_cast<envelope*>(CmiAlloc(bytes)) : nullptr;
  if (bytes != 0) p(reinterpret_cast<char*>(env), bytes);
  if (env != nullptr) CkUnpackMessage(&env);
  if (p.isDeleting() && env != nullptr) {
    CmiFree(env);
    env = nullptr;
  }
  *message = env != nullptr ? EnvToUsr(env) : nullptr;
}
