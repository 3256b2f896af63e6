package dev.headrace.data.sql;

/**
 * One way of saying something that a statement makes use of, such as {@code function date_trunc},
 * {@code join asof} or {@code cast to integer}.
 *
 * @param name what it is; equal for all places that make the same use
 * @param subject the column it is about, as written, in lower case; empty where it is about none or
 *     about something computed
 * @param position where it begins
 */
public record SqlConstruct(String name, String subject, Position position) {}
