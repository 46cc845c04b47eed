#include "engine/runtime/strands.h"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <latch>
#include <utility>
#include <vector>

namespace ritrovo {

struct Strands::Pool {
  explicit Pool(std::size_t threads) : threads(threads) {}
  boost::asio::thread_pool threads;
  std::vector<boost::asio::strand<boost::asio::thread_pool::executor_type>> strands;
};

Strands::Strands(std::size_t threads, std::size_t strands) : pool_(std::make_unique<Pool>(threads)) {
  pool_->strands.reserve(strands);
  for (std::size_t i = 0; i < strands; ++i) pool_->strands.push_back(boost::asio::make_strand(pool_->threads));
}

Strands::~Strands() { join(); }

void Strands::post(std::size_t strand, std::function<void()> task) { boost::asio::post(pool_->strands[strand], std::move(task)); }

void Strands::drain() {
  auto all = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(pool_->strands.size()));
  for (std::size_t i = 0; i < pool_->strands.size(); ++i) post(i, [all] { all->count_down(); });
  all->wait();
}

void Strands::join() { pool_->threads.join(); }

}  // namespace ritrovo
