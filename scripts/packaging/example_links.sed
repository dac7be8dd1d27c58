# SPDX-License-Identifier: ISC
# As links.sed, for the documents in the package's examples/NAME/.
s#\](\.\./\.\./agent/[a-z]*/#](../../#g
