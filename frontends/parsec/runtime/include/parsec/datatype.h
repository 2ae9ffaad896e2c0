/* Datatypes are MPI's. The predefined ones may be used before MPI_Init(); making new ones needs MPI. */
#ifndef PARSEC_DATATYPE_H_HAS_BEEN_INCLUDED
#define PARSEC_DATATYPE_H_HAS_BEEN_INCLUDED

#if defined(__cplusplus) && !defined(OMPI_SKIP_MPICXX)
#define OMPI_SKIP_MPICXX 1 /* Else every C++ program would need the library of MPI's old C++ bindings. */
#endif
#if __has_include(<mpi.h>)
#include <mpi.h>
#else
#include <mpi/mpi.h> /* Where the compiler was not told, but the system has its default MPI's. */
#endif

#include "parsec/constants.h"
#include "parsec/parsec_config.h"

typedef MPI_Datatype parsec_datatype_t;

#define PARSEC_DATATYPE_NULL MPI_DATATYPE_NULL
#define PARSEC_DATATYPE_PACKED MPI_PACKED
#define parsec_datatype_int_t MPI_INT
#define parsec_datatype_int8_t MPI_INT8_T
#define parsec_datatype_int16_t MPI_INT16_T
#define parsec_datatype_int32_t MPI_INT32_T
#define parsec_datatype_int64_t MPI_INT64_T
#define parsec_datatype_uint8_t MPI_UINT8_T
#define parsec_datatype_uint16_t MPI_UINT16_T
#define parsec_datatype_uint32_t MPI_UINT32_T
#define parsec_datatype_uint64_t MPI_UINT64_T
#define parsec_datatype_float_t MPI_FLOAT
#define parsec_datatype_double_t MPI_DOUBLE
#define parsec_datatype_long_double_t MPI_LONG_DOUBLE
#define parsec_datatype_complex_t MPI_C_COMPLEX
#define parsec_datatype_double_complex_t MPI_C_DOUBLE_COMPLEX

BEGIN_C_DECLS

/* All of these: Contexts: any thread.  Errors: PARSEC_ERR_BAD_PARAM for a wrong argument, PARSEC_ERR_NOT_SUPPORTED where MPI is
 * needed and not initialised, PARSEC_ERROR where MPI refuses. */
/* Bytes of the data, without gaps. */
PARSEC_DECLSPEC int parsec_type_size(parsec_datatype_t type, int *size);
/* Bytes from one element to the next, gaps included. */
PARSEC_DECLSPEC int parsec_type_extent(parsec_datatype_t type, ptrdiff_t *lb, ptrdiff_t *extent);
/* Sets *type to PARSEC_DATATYPE_NULL; a predefined type or none is left alone. */
PARSEC_DECLSPEC int parsec_type_free(parsec_datatype_t *type);
/* New types, ready for use. */
PARSEC_DECLSPEC int parsec_type_create_contiguous(int count, parsec_datatype_t oldtype, parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_vector(int count, int blocklength, int stride, parsec_datatype_t oldtype,
                                              parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_hvector(int count, int blocklength, ptrdiff_t stride, parsec_datatype_t oldtype,
                                               parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_indexed(int count, const int array_of_blocklengths[], const int array_of_displacements[],
                                               parsec_datatype_t oldtype, parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_indexed_block(int count, int blocklength, const int array_of_displacements[],
                                                     parsec_datatype_t oldtype, parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_struct(int count, const int array_of_blocklengths[], const ptrdiff_t array_of_displacements[],
                                              const parsec_datatype_t array_of_types[], parsec_datatype_t *newtype);
PARSEC_DECLSPEC int parsec_type_create_resized(parsec_datatype_t oldtype, ptrdiff_t lb, ptrdiff_t extent, parsec_datatype_t *newtype);
/* PARSEC_SUCCESS where both are one type, PARSEC_ERROR otherwise, also where they are made alike. */
PARSEC_DECLSPEC int parsec_type_match(parsec_datatype_t dtt1, parsec_datatype_t dtt2);
/* PARSEC_SUCCESS where elements have no gaps, inside or between them, PARSEC_ERROR otherwise. */
PARSEC_DECLSPEC int parsec_type_contiguous(parsec_datatype_t dtt);

END_C_DECLS

#endif /* PARSEC_DATATYPE_H_HAS_BEEN_INCLUDED */
