# numpy 2.x; bounds of the power family, four even looks
# Bounds of the power family (rho=3, alpha 0.05 two-sided) at t=.25,.5,.75,1 by multivariate normal probabilities
import numpy as np
from statistics import NormalDist
N=NormalDist()
t=np.array([.25,.5,.75,1]); alpha=.05; spent=alpha*t**3
# Brownian motion values on a fine grid, density recursion
grid=np.linspace(-8,8,8001); h=grid[1]-grid[0]
dens=None; prev=0; out=[]
for k in range(4):
    dt=t[k]-(t[k-1] if k else 0)
    if k==0:
        f=np.exp(-grid**2/(2*dt))/np.sqrt(2*np.pi*dt)
    else:
        g=np.exp(-(np.arange(-4000,4001)*h)**2/(2*dt))/np.sqrt(2*np.pi*dt)
        f=np.convolve(dens,g,'same')*h
    need=spent[k]-prev
    lo,hi=0,10
    # two-sided tail of sub-density at |B|>=c ; interpolate using cubic-free trapezoid with partial cell
    cum=np.concatenate([[0],np.cumsum((f[1:]+f[:-1])/2*h)])
    def tail(c):
        return (cum[-1]-np.interp(c,grid,cum))+np.interp(-c,grid,cum)
    for _ in range(80):
        m=(lo+hi)/2
        if tail(m)>need: lo=m
        else: hi=m
    c=lo; out.append(c/np.sqrt(t[k]))
    # zero beyond, with partial weights at the edge cell
    w=np.clip((c-np.abs(grid))/h+0.5,0,1)
    dens=f*w; prev=spent[k]
print(out, N.inv_cdf(1-spent[0]/2))
