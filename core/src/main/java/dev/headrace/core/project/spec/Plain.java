package dev.headrace.core.project.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On the one record of a choice whose name may be left out: {@code threshold: 0.5} then means
 * {@code threshold: {at: 0.5}}. The record has one component, a scalar.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Plain {}
