"""The address that jobs in flight name: processes of other versions know no other one."""

from workers.perform import perform as perform
