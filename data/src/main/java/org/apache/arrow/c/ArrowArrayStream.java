package org.apache.arrow.c;

/**
 * The address of an {@code ArrowArrayStream}, a C struct.
 *
 * <p>{@code DuckDBConnection.registerArrowStream(String, Object)} takes any object and asks the
 * class of this name for this method, so that the driver does not depend on the Arrow libraries.
 * Neither do we: see docs/decisions/0065. Should these libraries ever come on the class path,
 * theirs takes the place of this one.
 *
 * @param memoryAddress where the struct lies
 */
public record ArrowArrayStream(long memoryAddress) {}
