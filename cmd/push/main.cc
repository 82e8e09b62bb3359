#include "lib/cli/main.h"

#include "cmd/push/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::PushCommand(), argc, argv);
}
