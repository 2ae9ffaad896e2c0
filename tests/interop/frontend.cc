#include "tests/interop/frontend.h"

#include <atomic>
#include <thread>
#include <utility>

namespace heddle::interop {

void RunTask(Frontend& frontend, std::function<void()> body) {
  static const Graph* const kOneTask = [] {
    auto* const graph = new Graph;
    graph->Add({});
    return graph;
  }();
  GraphRun run(*kOneTask, std::move(body));
  frontend.Run(run);
}

void Together(std::vector<std::function<void()>> bodies) {
  const bool serve = CharmIsStarted();
  std::atomic<std::size_t> left{bodies.size()};
  std::vector<std::thread> threads;
  for (std::function<void()>& body : bodies) {
    threads.emplace_back([serve, &left, &body] {
      body();
      if (left.fetch_sub(1) == 1 && serve) LeavePe0();
    });
  }
  if (serve && !bodies.empty()) ServePe0();
  for (std::thread& thread : threads) thread.join();
}

const std::vector<Frontend*>& Frontends() {
  static const auto* const kTable =
      new std::vector<Frontend*>{&Starpu(), &Charm(), &ParsecPtg(), &ParsecDtd()};
  return *kTable;
}

}  // namespace heddle::interop
