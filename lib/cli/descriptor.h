#pragma once

#include <string_view>

namespace kontrakt::cli {

/// Writes everything to a file descriptor, past signals and full pipes. 0, or the errno that stopped it.
int WriteAll(int descriptor, std::string_view bytes);

/// Whether a person sees what is written there.
bool IsTerminal(int descriptor);

/// Size of a terminal; nothing below 40 by 10 is believed, 80 by 24 where it cannot be asked.
struct TerminalSize {
  int columns = 80;
  int rows = 24;
};
TerminalSize SizeOfTerminal(int descriptor);

/// Makes sure that descriptors 0, 1 and 2 are open, so that no file of ours takes the place of a closed one. What was
/// closed for writing still refuses to be written to.
void OpenStandardDescriptors();

}  // namespace kontrakt::cli
