/* The bodies of PaRSEC's tasks, as C that a JDF file can call: the kernels of solver.h on the tiles
 * that the runtime hands over. */
#ifndef HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_KERNELS_H_
#define HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_KERNELS_H_

#ifdef __cplusplus
extern "C" {
#endif

/* `run` is a struct mesh_parsec_run; `worker` the number of the execution stream; the indices say
 * which tiles they are. */
void mesh_parsec_potrf(void* run, int worker, void* t, int k);
void mesh_parsec_trsm(void* run, int worker, void* l, void* a, int m, int k);
void mesh_parsec_syrk(void* run, int worker, void* a, void* c, int m, int k);
void mesh_parsec_gemm(void* run, int worker, void* a, void* b, void* c, int m, int n, int k);

#ifdef __cplusplus
}
#endif

#endif /* HEDDLE_TESTS_APPS_MESH_SOLVER_PARSEC_KERNELS_H_ */
