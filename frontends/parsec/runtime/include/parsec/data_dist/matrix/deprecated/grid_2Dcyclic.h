/* Names of grids before PaRSEC 4; the compiler says what to use instead. Part of grid_2Dcyclic.h. */
#ifndef __GRID_2DCYCLIC_H__
#error "include parsec/data_dist/matrix/grid_2Dcyclic.h"
#endif

typedef parsec_grid_2Dcyclic_t grid_2Dcyclic_t __parsec_attribute_deprecated__("Use parsec_grid_2Dcyclic_t");
__parsec_attribute_deprecated__("Use parsec_grid_2Dcyclic_init")
static inline void grid_2Dcyclic_init(parsec_grid_2Dcyclic_t *grid, int rank, int P, int Q, int kp, int kq, int ip, int jq)
{
    parsec_grid_2Dcyclic_init(grid, rank, P, Q, kp, kq, ip, jq);
}
