#include "lib/cli/main.h"

#include "cmd/imagereplace/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::ImagereplaceCommand(), argc, argv);
}
