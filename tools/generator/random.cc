#include "tools/generator/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace ritrovo::generator {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t mixed = seed * 0xD1342543DE82EF95ULL + stream * 0xAF251AF3B0F025B5ULL + 1;
  for (std::uint64_t& word : state_) word = split_mix(mixed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

int Random::between(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }

bool Random::chance(double probability) { return uniform() < probability; }

std::size_t Random::pick(std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double rest = uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    if (rest < weights[i]) return i;
    rest -= weights[i];
  }
  return weights.size() - 1;
}

std::size_t Random::pick(std::initializer_list<double> weights) {
  return pick(std::span<const double>(weights.begin(), weights.size()));
}

int Random::exponential_days(double mean) { return static_cast<int>(-mean * std::log1p(-uniform())); }

int Random::lognormal_days(double median, double percentile_90) {
  // The 90th percentile of the standard normal distribution.
  constexpr double kNormal90 = 1.2815515655446004;
  const double sigma = std::log(percentile_90 / median) / kNormal90;
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  const double normal = radius * std::cos(2.0 * std::numbers::pi * uniform());
  return std::max(1, static_cast<int>(median * std::exp(sigma * normal)));
}

}  // namespace ritrovo::generator
