/** What every online store has to do: {@link dev.headrace.testkit.online.OnlineStoreContract}. */
@NullMarked
package dev.headrace.testkit.online;

import org.jspecify.annotations.NullMarked;
