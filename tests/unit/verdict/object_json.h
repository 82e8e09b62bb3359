#pragma once

#include <string>
#include <string_view>

#include "lib/doc/json.h"
#include "lib/doc/yaml.h"
#include "lib/verdict/judge.h"

namespace kontrakt::verdict {

/// An object written as YAML.
inline doc::Json Object(std::string_view yaml) {
  return doc::ParseYaml(yaml, "object.yaml")->at(0).value;
}

/// A moment in the tests' time, in seconds.
inline WallTime At(int seconds) {
  return WallTime(std::chrono::seconds(1'700'000'000 + seconds));
}

/// Judges an object at that moment, alone in the world.
inline Judgement JudgeAt(const doc::Json& object, int seconds, Memory& memory, Question question = {}) {
  Surroundings around;
  around.now = At(seconds);
  return Judge(&object, question, around, memory);
}

inline Judgement JudgeNow(std::string_view yaml, Question question = {}) {
  Memory memory;
  return JudgeAt(Object(yaml), 0, memory, question);
}

}  // namespace kontrakt::verdict
