package dev.headrace.spi.online;

/**
 * One entity's values on their way into a store; made by {@link ViewLayout#row}. Immutable.
 *
 * @param layout the layout that the bytes are in
 * @param bytes as {@link RowCodec} writes them; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Moved, never compared.
public record OnlineRow(ViewLayout layout, EntityKey key, byte[] bytes) {}
