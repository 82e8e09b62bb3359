#include "lib/cli/main.h"

#include "cmd/assert/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::AssertCommand(), argc, argv);
}
