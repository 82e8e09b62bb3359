#include "lib/cli/arguments.h"

#include <exception>

// Without these cxxopts brings in std::regex and splits list values at commas, so that `--set a=1,b=2` is two.
#define CXXOPTS_NO_REGEX true
#define CXXOPTS_VECTOR_DELIMITER '\0'
#include <cxxopts.hpp>

#include "lib/base/strings.h"

namespace kontrakt::cli {
namespace {

/// Rewrites a command line into the one form that cxxopts reads without surprises: every flag as `--name=value`, then
/// "--" and the words. cxxopts itself takes `-n=ns` for a group of switches, and its complaints name no flag.
class Normaliser {
 public:
  Normaliser(const std::vector<OptionSyntax>& syntax, const std::vector<std::string>& args, Words words)
      : syntax_(syntax), args_(args), words_mode_(words) {}

  Result<std::vector<std::string>> Run() {
    while (at_ < args_.size()) {
      const std::string& arg = args_[at_++];
      if (arg == "--") {
        TakeRestAsWords();
      } else if (arg.starts_with("--")) {
        KT_TRY(TakeLong(arg.substr(2)));
      } else if (arg.size() > 1 && arg.front() == '-') {
        KT_TRY(TakeShort(arg));
      } else {
        words_.push_back(arg);
        if (words_mode_ == Words::kEndFlags) {
          TakeRestAsWords();
        }
      }
    }
    flags_.emplace_back("--");
    flags_.insert(flags_.end(), words_.begin(), words_.end());
    return std::move(flags_);
  }

 private:
  void TakeRestAsWords() {
    for (; at_ < args_.size(); ++at_) {
      words_.push_back(args_[at_]);
    }
  }

  Result<void> TakeLong(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const OptionSyntax* option = nullptr;
    for (const OptionSyntax& candidate : syntax_) {
      if (candidate.name == name) {
        option = &candidate;
      }
    }
    if (option == nullptr) {
      return UnknownLong(name);
    }
    if (equals != std::string::npos) {
      return Add(*option, text.substr(equals + 1));
    }
    return option->takes_value ? TakeNext(*option, "--" + name) : Add(*option, "true");
  }

  Result<void> TakeShort(const std::string& arg) {
    for (std::size_t i = 1; i < arg.size(); ++i) {
      const OptionSyntax* option = nullptr;
      for (const OptionSyntax& candidate : syntax_) {
        if (candidate.letter == arg[i]) {
          option = &candidate;
        }
      }
      if (option == nullptr) {
        return UnknownShort(arg, arg[i]);
      }
      std::string rest = arg.substr(i + 1);
      if (rest.starts_with("=")) {
        return Add(*option, rest.substr(1));
      }
      if (option->takes_value) {
        return rest.empty() ? TakeNext(*option, std::string("-") + arg[i]) : Add(*option, std::move(rest));
      }
      KT_TRY(Add(*option, "true"));
    }
    return {};
  }

  Result<void> TakeNext(const OptionSyntax& option, const std::string& as_typed) {
    if (at_ == args_.size()) {
      return Usage(as_typed + " needs a value");
    }
    return Add(option, args_[at_++]);
  }

  Result<void> Add(const OptionSyntax& option, const std::string& value) {
    flags_.push_back("--" + option.name + "=" + value);
    return {};
  }

  Error UnknownLong(const std::string& name) const {
    Error error = Usage("unknown flag --" + name);
    std::vector<std::string> names;
    for (const OptionSyntax& option : syntax_) {
      if (!option.is_hidden) {
        names.push_back(option.name);
      }
    }
    if (const std::string near = Nearest(name, names); !near.empty()) {
      error.SetHint("did you mean --" + near + "?");
    }
    return error;
  }

  /// People who know other tools type `-filename x`.
  Error UnknownShort(const std::string& arg, char letter) const {
    Error error = Usage(std::string("unknown flag -") + letter);
    const std::string name = arg.substr(1, arg.find('=') - 1);
    for (const OptionSyntax& option : syntax_) {
      if (option.name == name) {
        error.SetHint("did you mean --" + name + "?");
      }
    }
    return error;
  }

  const std::vector<OptionSyntax>& syntax_;
  const std::vector<std::string>& args_;
  Words words_mode_;
  std::size_t at_ = 0;
  std::vector<std::string> flags_;
  std::vector<std::string> words_;
};

}  // namespace

Result<ParsedArguments> ParseArguments(const std::vector<OptionSyntax>& syntax, const std::vector<std::string>& args,
                                       Words words) {
  KT_ASSIGN(const std::vector<std::string> normal, Normaliser(syntax, args, words).Run());
  std::vector<const char*> argv = {"kontrakt"};
  for (const std::string& arg : normal) {
    argv.push_back(arg.c_str());
  }
  try {
    cxxopts::Options options("kontrakt");
    for (const OptionSyntax& option : syntax) {
      options.add_options()(option.name, "", cxxopts::value<std::string>());
    }
    const cxxopts::ParseResult result = options.parse(static_cast<int>(argv.size()), argv.data());
    ParsedArguments parsed;
    for (const cxxopts::KeyValue& option : result.arguments()) {
      parsed.options.emplace_back(option.key(), option.value());
    }
    parsed.words = result.unmatched();
    return parsed;
  } catch (const std::exception& problem) {
    return Usage(problem.what());
  }
}

std::string ArgumentParserVersion() {
  return std::to_string(CXXOPTS__VERSION_MAJOR) + "." + std::to_string(CXXOPTS__VERSION_MINOR) + "." +
         std::to_string(CXXOPTS__VERSION_PATCH);
}

}  // namespace kontrakt::cli
