#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "lib/kube/object_key.h"

namespace kontrakt {

enum class Role : unsigned char { kNone, kTarget, kTest };
std::string_view NameOf(Role role);

/// How a test is held back until the rest is ready.
enum class Hold : unsigned char { kNone, kGate, kSuspend };

/// One object of a kontrakt as apply planned and sent it. What the object is and is expected to do is fixed here and
/// never read from live labels or annotations again.
struct InventoryItem {
  kube::ObjectKey key;
  std::string uid;               ///< empty until recorded
  std::string resource_version;  ///< as apply got it
  std::int64_t generation = 0;
  Role role = Role::kNone;
  std::string expect;  ///< "", "completion" or "readiness"
  Hold hold = Hold::kNone;
  std::string ready_when;  ///< a doc::Condition, or empty
  bool waited_for = true;  ///< false: kontrakt/wait: "false"
  bool outside = false;    ///< not in the kontrakt's namespace
  bool found = false;      ///< outside, and there before: used, never labelled or deleted
  std::string generate_name;
  std::vector<std::string> containers;  ///< of its pod template, as the manifest names them (init ones too)
  std::string file;
  int line = 0;

  /// "deployment/web".
  std::string Describe() const { return key.ToString(); }
};

struct Inventory {
  std::vector<InventoryItem> items;

  const InventoryItem* ByUid(std::string_view uid) const;
  std::vector<const InventoryItem*> WithRole(Role role) const;

  /// Compact JSON for the annotation; fields with default values are left out.
  std::string ToText() const;
  static Result<Inventory> Parse(std::string_view text);
  doc::Json ToJson() const;
};

/// An image under test, pinned.
struct Target {
  std::string object;  ///< "deployment/web"
  std::string container;
  std::string repository;  ///< "host/path", as written (normalised)
  std::string tag;
  std::string digest;                ///< "sha256:…"
  std::vector<std::string> push_to;  ///< from the annotation, variables substituted: "host/repo:tag"

  std::string Image() const;  ///< repo[:tag]@digest
  friend bool operator==(const Target&, const Target&) = default;
};
std::string TargetsToText(const std::vector<Target>& targets);
Result<std::vector<Target>> ParseTargets(std::string_view text);
doc::Json TargetsToJson(const std::vector<Target>& targets);

/// A test's end, recorded by wait as it happens.
struct TestEnd {
  std::string object;  ///< "pod/smoke"
  std::string uid;
  std::string result;  ///< "passed", "failed" or "lost"
  std::string cause;   ///< verdict::NameOf(Cause), or empty
  std::string message;
  std::optional<int> exit_code;
  std::int64_t seconds = 0;  ///< from its start to its end
  std::string ended;         ///< RFC 3339
};
std::string TestEndsToText(const std::vector<TestEnd>& ends);
Result<std::vector<TestEnd>> ParseTestEnds(std::string_view text);

}  // namespace kontrakt
