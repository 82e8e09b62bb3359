#include "lib/kube/warning.h"

#include "lib/base/redact.h"
#include "lib/base/strings.h"

namespace kontrakt::kube {

std::vector<std::string> WarningTexts(std::string_view field) {
  std::vector<std::string> texts;
  while (true) {
    field = Trim(field);
    while (!field.empty() && (field.front() == ',' || field.front() == ' '))
      field.remove_prefix(1);
    const auto open = field.find('"');
    if (open == std::string_view::npos)
      return texts;
    const bool is_ours = field.starts_with("299 ");
    std::string text;
    std::size_t at = open + 1;
    while (at < field.size() && field[at] != '"') {
      if (field[at] == '\\' && at + 1 < field.size())
        ++at;
      text += field[at++];
    }
    if (at >= field.size())
      return texts;
    if (is_ours)
      texts.push_back(StripControl(text));
    field.remove_prefix(at + 1);
  }
}

}  // namespace kontrakt::kube
