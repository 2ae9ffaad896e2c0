// A k-ary tree over the members 0 to size - 1, seen from a root: for broadcasts and reductions.
#ifndef HEDDLE_COMPONENTS_MESSAGE_LAYER_SPANNING_TREE_H_
#define HEDDLE_COMPONENTS_MESSAGE_LAYER_SPANNING_TREE_H_

namespace heddle {

// Member m is the parent of the members that are km + 1 to km + k, counted from the root.
class SpanningTree {
 public:
  // Errors: none; size > 0, 0 <= root < size, arity > 0 are the caller's.
  constexpr SpanningTree(int size, int arity, int root = 0) : size_(size), arity_(arity), root_(root) {}

  // -1 for the root.
  constexpr int Parent(int member) const {
    const int position = PositionOf(member);
    return position == 0 ? -1 : MemberAt((position - 1) / arity_);
  }
  constexpr int Children(int member) const {
    const long first = static_cast<long>(PositionOf(member)) * arity_ + 1;
    if (first >= size_) return 0;
    return size_ - first < arity_ ? static_cast<int>(size_ - first) : arity_;
  }
  // The `index`th child, 0 <= index < Children(member).
  constexpr int Child(int member, int index) const { return MemberAt(PositionOf(member) * arity_ + 1 + index); }

 private:
  constexpr int PositionOf(int member) const { return member >= root_ ? member - root_ : member - root_ + size_; }
  constexpr int MemberAt(int position) const {
    const int member = position + root_;
    return member >= size_ ? member - size_ : member;
  }
  int size_;
  int arity_;
  int root_;
};

}  // namespace heddle

#endif  // HEDDLE_COMPONENTS_MESSAGE_LAYER_SPANNING_TREE_H_
