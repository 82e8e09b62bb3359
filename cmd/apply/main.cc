#include "lib/cli/main.h"

#include "cmd/apply/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::ApplyCommand(), argc, argv);
}
