// Pointers by index, in an array that grows while others read it: one look is two loads.
//
// Layout and writers
//   directory_   the pages that there are, by index / kPage. Where it becomes too small a larger copy takes its place; the smaller
//                ones are kept until the end, since others may be reading them.
//   page         kPage pointers; made at the first Set() in it, never moved.
// Writers are serialised by the caller. They store with release what readers load with acquire, so that a reader finds a whole
// directory, page and object, or nothing.
#ifndef HEDDLE_COMPONENTS_SYNC_PAGED_POINTERS_H_
#define HEDDLE_COMPONENTS_SYNC_PAGED_POINTERS_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace heddle {

template <class T>
class PagedPointers {
 public:
  PagedPointers() = default;
  PagedPointers(const PagedPointers&) = delete;
  PagedPointers& operator=(const PagedPointers&) = delete;

  // The pointer at `index`; nullptr where none was set.
  // Thread safety: any thread, also while another sets.  Blocking: never.
  // Memory order: what came before Set() happens before the Find() that returns its pointer.  Cost: three dependent loads.
  T* Find(std::size_t index) const {
    const Directory* const directory = directory_.load(std::memory_order_acquire);
    if (directory == nullptr || index / kPage >= directory->size) return nullptr;
    const Page* const page = directory->pages[index / kPage].load(std::memory_order_acquire);
    return page == nullptr ? nullptr : page->pointers[index % kPage].load(std::memory_order_acquire);
  }

  // Thread safety: one at a time.  Blocking: never.  Cost: O(1) amortised over ascending indices; memory for a page of kPage where
  // it is the first there, and for a directory of (greatest index / kPage).
  void Set(std::size_t index, T* pointer) {
    PageAt(index / kPage).pointers[index % kPage].store(pointer, std::memory_order_release);
  }

  // visit(pointer) for each that is set, by index. One that is set meanwhile may be among them.
  // Thread safety: any thread.  Cost: O(greatest index / kPage + kPage * pages).
  template <class Visit>
  void ForEach(Visit&& visit) const {
    const Directory* const directory = directory_.load(std::memory_order_acquire);
    for (std::size_t i = 0; directory != nullptr && i < directory->size; ++i) {
      const Page* const page = directory->pages[i].load(std::memory_order_acquire);
      for (std::size_t j = 0; page != nullptr && j < kPage; ++j) {
        T* const pointer = page->pointers[j].load(std::memory_order_acquire);
        if (pointer != nullptr) visit(pointer);
      }
    }
  }

 private:
  static constexpr std::size_t kPage = 64;
  static constexpr std::size_t kFirstPages = 16;

  struct Page {
    std::atomic<T*> pointers[kPage] = {};
  };
  struct Directory {
    explicit Directory(std::size_t pages_) : size(pages_), pages(new std::atomic<Page*>[pages_]()) {}
    const std::size_t size;
    const std::unique_ptr<std::atomic<Page*>[]> pages;
  };

  Page& PageAt(std::size_t index) {
    Directory* directory = directory_.load(std::memory_order_relaxed);
    if (directory == nullptr || index >= directory->size) directory = Grow(directory, index);
    Page* page = directory->pages[index].load(std::memory_order_relaxed);
    if (page == nullptr) {
      page = all_pages_.emplace_back(std::make_unique<Page>()).get();
      directory->pages[index].store(page, std::memory_order_release);
    }
    return *page;
  }

  Directory* Grow(const Directory* from, std::size_t index) {
    std::size_t size = from == nullptr ? kFirstPages : 2 * from->size;
    while (size <= index) size *= 2;
    Directory* const larger = all_directories_.emplace_back(std::make_unique<Directory>(size)).get();
    for (std::size_t i = 0; from != nullptr && i < from->size; ++i) {
      larger->pages[i].store(from->pages[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    directory_.store(larger, std::memory_order_release);
    return larger;
  }

  std::atomic<Directory*> directory_{nullptr};
  std::vector<std::unique_ptr<Directory>> all_directories_;  // The writer's.
  std::vector<std::unique_ptr<Page>> all_pages_;             // The writer's.
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_SYNC_PAGED_POINTERS_H_
