package io.dbinit.mongock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * The annotations of a change unit, as its class file has them: no class is loaded for
 * it, not even those of the annotations.
 */
final class ChangeUnitClassFile extends ClassVisitor {

	private static final String CHANGE_UNIT = "io.mongock.api.annotations.ChangeUnit";

	private static final String CHANGE_LOG = "com.github.cloudyrock.mongock.ChangeLog";

	private static final String CHANGE_SET = "com.github.cloudyrock.mongock.ChangeSet";

	private final Map<String, Map<String, Object>> annotations = new LinkedHashMap<>();

	private final List<Map<String, Object>> changeSets = new ArrayList<>();

	private String name = "";

	private ChangeUnitClassFile() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	/**
	 * Read a class file.
	 * @param file its content
	 * @return the class, or {@code null} if it is no change unit
	 */
	static @Nullable ChangeUnitClassFile read(byte[] file) {
		String text = new String(file, StandardCharsets.ISO_8859_1);
		if (!text.contains(descriptor(CHANGE_UNIT)) && !text.contains(descriptor(CHANGE_LOG))) {
			return null;
		}
		ChangeUnitClassFile type = new ChangeUnitClassFile();
		new ClassReader(file).accept(type, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		return (type.annotations.containsKey(CHANGE_UNIT) || type.annotations.containsKey(CHANGE_LOG)) ? type : null;
	}

	private static String descriptor(String annotation) {
		return "L" + annotation.replace('.', '/') + ";";
	}

	String name() {
		return this.name;
	}

	/**
	 * Return the annotations, which are Mongock's or not.
	 * @return their attributes as far as they were written, by the names of their types
	 */
	Map<String, Map<String, Object>> annotations() {
		return this.annotations;
	}

	/**
	 * Return the place among the classes.
	 */
	String order() {
		Map<String, Object> unit = this.annotations.getOrDefault(CHANGE_UNIT, Map.of());
		Map<String, Object> log = this.annotations.getOrDefault(CHANGE_LOG, Map.of());
		return text(this.annotations.containsKey(CHANGE_UNIT) ? unit : log, "order");
	}

	/**
	 * Return the attributes of each change: one, unless it is of the older kind.
	 */
	List<Map<String, Object>> changes() {
		Map<String, Object> unit = this.annotations.get(CHANGE_UNIT);
		return (unit != null) ? List.of(unit) : this.changeSets;
	}

	static String text(Map<String, Object> annotation, String attribute) {
		return String.valueOf(annotation.getOrDefault(attribute, ""));
	}

	@Override
	public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
			String @Nullable [] interfaces) {
		this.name = Type.getObjectType(name).getClassName();
	}

	@Override
	public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		this.annotations.put(Type.getType(descriptor).getClassName(), attributes);
		return new Attributes(attributes);
	}

	@Override
	public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		return new MethodVisitor(this.api) {

			@Override
			public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
				if (!descriptor.equals(ChangeUnitClassFile.descriptor(CHANGE_SET))) {
					return null;
				}
				Map<String, Object> attributes = new LinkedHashMap<>();
				ChangeUnitClassFile.this.changeSets.add(attributes);
				return new Attributes(attributes);
			}

		};
	}

	/**
	 * Texts, numbers and booleans, and lists of them.
	 */
	private static final class Attributes extends AnnotationVisitor {

		private final Map<String, Object> attributes;

		Attributes(Map<String, Object> attributes) {
			super(SpringAsmInfo.ASM_VERSION);
			this.attributes = attributes;
		}

		@Override
		public void visit(String name, Object value) {
			this.attributes.put(name, value);
		}

		@Override
		public AnnotationVisitor visitArray(String name) {
			List<Object> values = new ArrayList<>();
			this.attributes.put(name, values);
			return new AnnotationVisitor(this.api) {

				@Override
				public void visit(@Nullable String name, Object value) {
					values.add(value);
				}

			};
		}

	}

}
