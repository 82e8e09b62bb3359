// fake-server --script FILE: the fakes as a program of their own, for the goldens and for trying things by hand.
//
// It starts what the script asks for, prints `NAME VALUE` for each thing that has a name, then `ready`, and ends on
// SIGTERM, SIGINT, the end of standard input, or after `seconds`. The script is YAML or JSON, every part optional:
//
//   seconds: 60                  # life at most
//   closed: true                 # CLOSED: an address at which nobody listens
//   registry:                    # REGISTRY 127.0.0.1:PORT; a second one as registry2 (REGISTRY2)
//     auth: none                 # none, basic, bearer
//     users: [{name: u, password: p, identityToken: t, repositories: "team/*", mayPush: true}]
//     anonymousPull: false
//     redirectBlobs: false       # also mounts, referrers, digestHeader, oauthPost (true), relativeLocations (false)
//     immutableTags: "v*"
//     images:                    # NAME stands for the digest afterwards
//     - {repository: team/app, tag: v1, seed: app, name: APP}
//     - {repository: team/multi, tag: v1, architectures: [amd64, arm64], attested: true}
//     faults: []                 # fault.h has their format
//   apiServer:                   # APISERVER http://127.0.0.1:PORT and KUBECONFIG, the path of a file that names it
//     simulate: true             # pods and workloads progress by themselves
//     namespaces: [team]
//     objects: []                # whole objects, stored as they are, status included
//     files: [objects.yaml]      # the same from files beside the script
//     behaviours: []             # pod_behaviour.h has their format; the first that matches counts
//     users: [{token: t, name: runner, groups: []}]      # without any, everybody is an administrator
//     rules: [{deny: true, user: runner, verb: create, resource: secrets, namespace: "kontrakt-*"}]
//     token: t                   # for the kubeconfig
//     kubeconfig: FILE           # where to write it; default: a folder of its own, removed at the end
//     logs: [{namespace: n, pod: p, container: c, text: "…", previous: "…"}]
//     faults: []
//     # namespaceDeletionMs, serviceAccountMs, definitionMs, watchList, aggregatedDiscovery, bookmarks,
//     # clockOffsetSeconds: api_options.h
//
// {REGISTRY}, {CLOSED} and the names of images are filled in in everything below apiServer and in its files.

#include <chrono>
#include <cstdio>
#include <string_view>

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tests/fakes/fake_script.h"

namespace {

/// Waits for SIGTERM, SIGINT, the end of standard input, or `longest`.
void WaitForEnd(int signals, std::chrono::seconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  pollfd entries[] = {{signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0 || poll(entries, 2, static_cast<int>(left)) < 0 || entries[0].revents != 0) {
      return;
    }
    char ignored[256];
    if (entries[1].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
      return;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "--script") {
    std::fprintf(stderr, "usage: fake-server --script FILE\n");
    return 2;
  }
  // Before any thread starts, so that all of them leave these to us.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);

  const auto fakes = kontrakt::fakes::FakeScript::Start(argv[2]);
  if (!fakes) {
    std::fprintf(stderr, "fake-server: error: %s\n", fakes.error().ToString().c_str());
    return 3;
  }
  for (const auto& [name, value] : fakes->names()) {
    std::printf("%s %s\n", name.c_str(), value.c_str());
  }
  std::printf("ready\n");
  std::fflush(stdout);
  WaitForEnd(signals, fakes->life());
  return 0;
}
