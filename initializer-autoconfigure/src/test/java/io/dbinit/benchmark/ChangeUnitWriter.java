package io.dbinit.benchmark;

import com.mongodb.client.MongoDatabase;
import io.dbinit.benchmark.app.ChangeUnits;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * Writes classes of change units.
 */
final class ChangeUnitWriter {

	private static final String METHOD = Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(MongoDatabase.class));

	private ChangeUnitWriter() {
	}

	static String file(String number) {
		return name(number) + ".class";
	}

	private static String name(String number) {
		return ChangeUnits.PACKAGE.replace('.', '/') + "/Change" + number;
	}

	static byte[] write(String number) {
		ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);
		type.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name(number), null, "java/lang/Object", null);
		AnnotationVisitor unit = type.visitAnnotation(Type.getDescriptor(ChangeUnit.class), true);
		unit.visit("id", "change-" + number);
		unit.visit("order", number);
		unit.visit("author", "benchmark");
		unit.visitEnd();
		constructor(type);
		execution(type, number);
		MethodVisitor rollback = method(type, "rollback", RollbackExecution.class);
		rollback.visitInsn(Opcodes.RETURN);
		rollback.visitMaxs(0, 0);
		type.visitEnd();
		return type.toByteArray();
	}

	private static void constructor(ClassWriter type) {
		MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
		method.visitCode();
		method.visitVarInsn(Opcodes.ALOAD, 0);
		method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
		method.visitInsn(Opcodes.RETURN);
		method.visitMaxs(0, 0);
	}

	private static void execution(ClassWriter type, String number) {
		MethodVisitor method = method(type, "execute", Execution.class);
		method.visitVarInsn(Opcodes.ALOAD, 1);
		method.visitLdcInsn("change-" + number);
		method.visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(ChangeUnits.class), "apply",
				Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(MongoDatabase.class), Type.getType(String.class)),
				false);
		method.visitInsn(Opcodes.RETURN);
		method.visitMaxs(0, 0);
	}

	private static MethodVisitor method(ClassWriter type, String name, Class<?> annotation) {
		MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC, name, METHOD, null, null);
		method.visitAnnotation(Type.getDescriptor(annotation), true).visitEnd();
		method.visitCode();
		return method;
	}

}
