#include "engine/model/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace dynarock::model {
namespace {

constexpr std::string_view kThen = "then";

// Ends the search; the text is what FindContradiction gives.
struct Contradiction : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string Show(const List& list) {
  std::string text = "[";
  for (const CallId id : list) text += (text.size() > 1 ? " " : "") + std::to_string(id);
  return text + "]";
}

std::string Show(const Call& call) {
  return std::to_string(call.id) + " (" + call.name + ")";
}

// What must come before what.
class Order {
 public:
  explicit Order(std::size_t size) : edges_(size) {}

  std::size_t AddNode() {
    edges_.emplace_back();
    return edges_.size() - 1;
  }
  void Add(std::size_t before, std::size_t after, std::string_view reason) {
    if (before != after) edges_[before].push_back({after, reason});
  }

  struct Edge {
    std::size_t node;
    std::string_view reason;
  };

  // Edges that lead back to the first one's node, each to the next one's; empty if there are none.
  std::vector<Edge> FindCycle() const;

 private:
  std::vector<std::vector<Edge>> edges_;
};

std::vector<Order::Edge> Order::FindCycle() const {
  std::vector<std::size_t> waiting_for(edges_.size()), ready;
  for (const auto& edges : edges_) {
    for (const Edge& edge : edges) ++waiting_for[edge.node];
  }
  for (std::size_t node = 0; node < edges_.size(); ++node) {
    if (waiting_for[node] == 0) ready.push_back(node);
  }
  while (!ready.empty()) {
    const std::size_t node = ready.back();
    ready.pop_back();
    for (const Edge& edge : edges_[node]) {
      if (--waiting_for[edge.node] == 0) ready.push_back(edge.node);
    }
  }
  // Each node that still waits does so for another of these; going back from one to the other ends in a cycle.
  std::vector<std::optional<Edge>> back(edges_.size());
  for (std::size_t node = 0; node < edges_.size(); ++node) {
    if (waiting_for[node] == 0) continue;
    for (const Edge& edge : edges_[node]) back[edge.node] = Edge{node, edge.reason};
  }
  const auto first = std::find_if(waiting_for.begin(), waiting_for.end(), [](std::size_t count) { return count > 0; });
  if (first == waiting_for.end()) return {};
  auto node = static_cast<std::size_t>(first - waiting_for.begin());
  for (std::size_t i = 0; i < edges_.size(); ++i) node = back[node]->node;  // surely on the cycle now
  std::vector<Edge> cycle;
  const std::size_t last = node;
  do {
    const Edge edge = *back[node];
    cycle.push_back({edge.node, edge.reason});
    node = edge.node;
  } while (node != last);
  std::reverse(cycle.begin(), cycle.end());
  return cycle;
}

// One list from one put to the next: its longest state, and who saw how much of it.
struct Segment {
  List chain;
  std::vector<std::pair<std::size_t, std::size_t>> readers;  // the call's index, and the length that it saw
};

class Search {
 public:
  explicit Search(const std::vector<Call>& calls) : calls_(calls), order_(calls.size()) {
    for (std::size_t i = 0; i < calls.size(); ++i) index_of_[calls[i].id] = i;
  }

  // Throws Contradiction.
  void Run() {
    CollectSegments();
    for (const auto& [place, segment] : segments_) {
      CheckChain(place.first, segment);
      OrderSegment(place.first, segment);
    }
    CheckAppendsAreKept();
    OrderByTime();
    if (const std::vector<Order::Edge> cycle = order_.FindCycle(); !cycle.empty()) throw Contradiction(Show(cycle));
  }

 private:
  void CollectSegments();
  void AddState(std::size_t list, const List& state);
  void CheckChain(std::size_t list, const Segment& segment) const;
  void OrderSegment(std::size_t list, const Segment& segment);
  void CheckAppendsAreKept() const;
  void OrderByTime();
  std::vector<std::size_t> NextPuts(std::size_t list, std::optional<CallId> after) const;
  bool IsPut(CallId id, std::size_t list) const {
    const auto puts = puts_.find(list);
    return puts != puts_.end() && puts->second.contains(id);
  }
  // The put that the state begins with.
  std::optional<CallId> PutOf(std::size_t list, const List& state) const {
    return !state.empty() && IsPut(state[0], list) ? std::optional(state[0]) : std::nullopt;
  }
  std::string Show(const std::vector<Order::Edge>& cycle) const;

  const std::vector<Call>& calls_;
  Order order_;  // of calls by their index, and of moments after them
  std::map<CallId, std::size_t> index_of_;
  std::map<std::size_t, std::set<CallId>> puts_;                               // by list
  std::map<std::pair<std::size_t, std::optional<CallId>>, Segment> segments_;  // by list and put
};

void Search::AddState(std::size_t list, const List& state) {
  List& chain = segments_[{list, PutOf(list, state)}].chain;
  const std::size_t common = std::min(chain.size(), state.size());
  if (!std::equal(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(common), chain.begin())) {
    throw Contradiction("list " + std::to_string(list) + " was seen as " + model::Show(chain) + " and as " +
                        model::Show(state) + ": neither grew out of the other");
  }
  if (state.size() > chain.size()) chain = state;
}

void Search::CollectSegments() {
  for (const Call& call : calls_) {
    for (const Access& access : call.accesses) {
      if (access.effect == Effect::kPut && call.is_done) puts_[access.list].insert(call.id);
    }
  }
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    for (const Access& access : calls_[i].accesses) {
      if (access.effect == Effect::kPut && calls_[i].is_done) AddState(access.list, {calls_[i].id});
      if (!access.seen) continue;
      AddState(access.list, *access.seen);
      segments_[{access.list, PutOf(access.list, *access.seen)}].readers.emplace_back(i, access.seen->size());
      if (access.effect != Effect::kAppend || !calls_[i].is_done) continue;
      List after = *access.seen;
      after.push_back(calls_[i].id);
      AddState(access.list, after);
    }
  }
}

void Search::CheckChain(std::size_t list, const Segment& segment) const {
  std::set<CallId> met;
  for (const CallId id : segment.chain) {
    const auto fail = [&](const std::string& text) {
      throw Contradiction("list " + std::to_string(list) + " was seen as " + model::Show(segment.chain) + ": " + text);
    };
    const auto found = index_of_.find(id);
    if (found == index_of_.end()) fail("nobody is " + std::to_string(id));
    const Call& call = calls_[found->second];
    if (!call.is_done) fail("call " + model::Show(call) + " was refused");
    if (!met.insert(id).second) fail("call " + model::Show(call) + " was done twice");
    const bool writes = std::any_of(call.accesses.begin(), call.accesses.end(), [&](const Access& access) {
      return access.list == list && access.effect != Effect::kNone;
    });
    if (!writes) fail("call " + model::Show(call) + " writes another list");
    if (id != segment.chain[0] && IsPut(id, list)) fail("the put " + model::Show(call) + " is not at its start");
  }
}

// The puts of a list that began after that put ended (or all, after none), but not after another one of these.
std::vector<std::size_t> Search::NextPuts(std::size_t list, std::optional<CallId> after) const {
  const auto puts = puts_.find(list);
  if (puts == puts_.end()) return {};
  std::vector<std::size_t> later;
  for (const CallId id : puts->second) {
    const std::size_t i = index_of_.at(id);
    if (!after || calls_[i].began > calls_[index_of_.at(*after)].ended) later.push_back(i);
  }
  std::vector<std::size_t> next;
  for (const std::size_t i : later) {
    const bool is_next = std::none_of(later.begin(), later.end(),
                                      [&](std::size_t other) { return calls_[other].ended < calls_[i].began; });
    if (is_next) next.push_back(i);
  }
  return next;
}

void Search::OrderSegment(std::size_t list, const Segment& segment) {
  std::vector<std::size_t> writers;
  for (const CallId id : segment.chain) writers.push_back(index_of_.at(id));
  const std::vector<std::size_t> next_puts = NextPuts(list, PutOf(list, segment.chain));
  for (std::size_t i = 0; i + 1 < writers.size(); ++i) order_.Add(writers[i], writers[i + 1], "wrote before");
  for (const std::size_t put : next_puts) {
    if (!writers.empty()) order_.Add(writers.back(), put, "wrote before");
  }
  for (const auto& [reader, length] : segment.readers) {
    if (length > 0) order_.Add(writers[length - 1], reader, "was seen by");
    if (length < writers.size()) order_.Add(reader, writers[length], "did not see");
    for (const std::size_t put : next_puts) order_.Add(reader, put, "did not see");
  }
}

// An append that nobody saw must not have ended before anybody looked. Where puts are, it may be gone.
void Search::CheckAppendsAreKept() const {
  for (const Call& call : calls_) {
    for (const Access& access : call.accesses) {
      if (!call.is_done || access.effect != Effect::kAppend || puts_.contains(access.list)) continue;
      const auto segment = segments_.find({access.list, std::nullopt});
      if (segment == segments_.end()) continue;
      const List& chain = segment->second.chain;
      if (std::find(chain.begin(), chain.end(), call.id) != chain.end()) continue;
      for (const auto& [reader, length] : segment->second.readers) {
        if (calls_[reader].began <= call.ended) continue;
        throw Contradiction("list " + std::to_string(access.list) + " was seen as " + model::Show(chain) + ": call " +
                            model::Show(call) + " is lost");
      }
    }
  }
}

// A moment after each call, each before the next, and before the calls that began later: few edges for all pairs.
void Search::OrderByTime() {
  std::vector<std::size_t> by_end(calls_.size());
  for (std::size_t i = 0; i < by_end.size(); ++i) by_end[i] = i;
  std::vector<std::size_t> by_begin = by_end;
  std::sort(by_end.begin(), by_end.end(), [&](auto a, auto b) { return calls_[a].ended < calls_[b].ended; });
  std::sort(by_begin.begin(), by_begin.end(), [&](auto a, auto b) { return calls_[a].began < calls_[b].began; });
  std::optional<std::size_t> moment;
  auto ended = by_end.begin();
  for (const std::size_t i : by_begin) {
    for (; ended != by_end.end() && calls_[*ended].ended < calls_[i].began; ++ended) {
      const std::size_t next = order_.AddNode();
      if (moment) order_.Add(*moment, next, kThen);
      order_.Add(*ended, next, "ended before");
      moment = next;
    }
    if (moment) order_.Add(*moment, i, "after which began");
  }
}

std::string Search::Show(const std::vector<Order::Edge>& cycle) const {
  std::string text =
      "no serial order of these, each of which must come before the next, and the last before the first:";
  for (const Order::Edge& edge : cycle) {
    if (edge.reason == kThen) continue;
    const bool is_call = edge.node < calls_.size();
    text +=
        "\n  " + (is_call ? "call " + model::Show(calls_[edge.node]) : "that moment") + " " + std::string(edge.reason);
  }
  return text;
}

}  // namespace

std::optional<std::string> FindContradiction(const std::vector<Call>& calls) {
  try {
    Search(calls).Run();
  } catch (const Contradiction& contradiction) {
    return contradiction.what();
  }
  return std::nullopt;
}

}  // namespace dynarock::model
