// What a little frontend exports: C names, like those of any frontend. Two libraries are made of
// one source, so that even their names are the same; RTLD_LOCAL keeps them apart.
#ifndef HEDDLE_TESTS_SITUATIONS_LITTLE_FRONTEND_H_
#define HEDDLE_TESTS_SITUATIONS_LITTLE_FRONTEND_H_

extern "C" {

// What a library sees of who calls it. Addresses and names as they are, to be compared with those
// of another library.
struct LittleView {
  const void* runtime;   // The runtime, or nullptr.
  const void* code;      // Runtime::Acquire, wherever this library found it.
  const void* activity;  // The current activity, or nullptr.
  const char* client;    // The name of its client, or nullptr.
  int worker;            // The slot that the caller holds, or -1.
  int workers;           // 0 without a runtime.
};

// Acquires the runtime and adds a client of this name. nullptr, or what went wrong. Not from a
// task.
const char* little_start(const char* name);

// Removes the client and releases the runtime. nullptr, or what went wrong. Not from a task.
const char* little_stop();

LittleView little_view();

// Runs body(argument) as a task of this library's client and waits for its end. Any thread or task
// body, between start and stop.
void little_run(void (*body)(void* argument), void* argument);

}  // extern "C"

#endif  // HEDDLE_TESTS_SITUATIONS_LITTLE_FRONTEND_H_
