#pragma once

#include <string>
#include <string_view>

namespace kontrakt::manifest {

/// An image reference cut where its tag and digest begin, each as written and without the sign before it. Nothing is
/// checked and nothing made canonical: rules match literally.
struct WrittenImage {
  std::string name;
  std::string tag;
  std::string digest;

  static WrittenImage Of(std::string_view text);
  std::string ToString() const;
};

}  // namespace kontrakt::manifest
