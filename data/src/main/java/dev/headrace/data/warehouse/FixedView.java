package dev.headrace.data.warehouse;

import java.util.function.Supplier;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewOperations;
import org.jspecify.annotations.Nullable;

/**
 * A view that is as it is.
 *
 * @param metadata null when there is no such view
 * @param refusal thrown at whoever wants to change it
 */
record FixedView(@Nullable ViewMetadata metadata, Supplier<? extends RuntimeException> refusal)
    implements ViewOperations {
  @Override
  public @Nullable ViewMetadata current() {
    return metadata;
  }

  @Override
  public @Nullable ViewMetadata refresh() {
    return metadata;
  }

  @Override
  public void commit(@Nullable ViewMetadata base, ViewMetadata changed) {
    throw refusal.get();
  }
}
