# Packages: a tarball of the release build, a Debian package of the dev build.
