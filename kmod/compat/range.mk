# SPDX-License-Identifier: GPL-2.0
# The range of kernels that compat.h bridges: said here, where it is said once and
# before anything is compiled. tests/vm/KERNELS are those that tests boot.
debar_code := $(shell expr $(VERSION) '*' 1000 + $(PATCHLEVEL))
ifneq ($(shell test $(debar_code) -ge 5010 && test $(debar_code) -le 7003 && echo y),y)
$(error Debar supports Linux 5.10 to 7.3, and this kernel is $(KERNELRELEASE))
endif
