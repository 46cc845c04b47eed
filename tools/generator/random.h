#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace ritrovo::generator {

/// A stream of pseudo-random numbers (xoshiro256**, seeded by splitmix64). The standard's distributions differ between libraries, so the
/// few that are needed stand here: the same seed gives the same file wherever it is made.
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018.
class Random {
 public:
  /// `stream` makes independent sequences of one seed: one for each family.
  Random(std::uint64_t seed, std::uint64_t stream);
  [[nodiscard]] std::uint64_t next();
  /// Uniform in [0, 1).
  [[nodiscard]] double uniform();
  /// Uniform in [low, high], both included.
  [[nodiscard]] int between(int low, int high);
  /// True with that probability.
  [[nodiscard]] bool chance(double probability);
  /// An index into `weights`, which need not sum to one.
  [[nodiscard]] std::size_t pick(std::span<const double> weights);
  [[nodiscard]] std::size_t pick(std::initializer_list<double> weights);
  /// Days, exponentially distributed with that mean.
  [[nodiscard]] int exponential_days(double mean);
  /// Days, log-normally distributed with that median and 90th percentile; at least 1.
  [[nodiscard]] int lognormal_days(double median, double percentile_90);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace ritrovo::generator
