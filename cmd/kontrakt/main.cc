#include "lib/cli/main.h"

#include "cmd/kontrakt/command.h"

int main(int argc, char** argv) {
  return kontrakt::cli::Main(kontrakt::KontraktCommand(), argc, argv);
}
