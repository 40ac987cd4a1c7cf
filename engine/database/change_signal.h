// Tells listeners that a stream has news, at no cost while nobody listens.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "engine/storage/key_encoding.h"

namespace dynarock {

// Thread-safe.
class ChangeSignal {
 public:
  // Called by writers behind their commit, on their threads and at once by many: it must not block, and must not write.
  using Listener = std::function<void(StreamId stream)>;

  // Listens while it lives; once its destructor has returned, the listener is not called any more.
  class Subscription {
   public:
    ~Subscription() { signal_.Remove(place_); }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    friend class ChangeSignal;
    Subscription(ChangeSignal& signal, std::list<Listener>::iterator place) : signal_(signal), place_(place) {}
    ChangeSignal& signal_;
    std::list<Listener>::iterator place_;
  };

  // Requires: the subscription dies before the signal, and not inside of its own listener.
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(Listener listener) {
    const std::unique_lock lock(mutex_);
    listeners_.push_back(std::move(listener));
    any_ = true;
    return std::unique_ptr<Subscription>(new Subscription(*this, std::prev(listeners_.end())));
  }

  // New changes of `stream` are visible, or its shards have changed.
  void Notify(StreamId stream) const {
    if (!any_.load(std::memory_order_relaxed)) return;
    const std::shared_lock lock(mutex_);
    for (const Listener& listener : listeners_) listener(stream);
  }

 private:
  void Remove(std::list<Listener>::iterator place) {
    const std::unique_lock lock(mutex_);
    listeners_.erase(place);
    any_ = !listeners_.empty();
  }

  mutable std::shared_mutex mutex_;
  std::list<Listener> listeners_;
  std::atomic<bool> any_ = false;
};

}  // namespace dynarock
