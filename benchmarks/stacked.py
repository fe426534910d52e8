#!/usr/bin/env python3
"""`LiftLab.Engine bench train --stacked 1 3 9 45 --length 7 --completion 2 --frozen-embedding` in plain PyTorch, for comparing on one
machine in one go: stacked models of width 64 with 2 layers as batched products, 16 rows of 7 tokens, AdamW, gradients clipped per model.

On Debian: apt install python3-torch libopenblas0-pthread, and LD_PRELOAD libopenblas.so.0, since torch there links the reference BLAS.
"""
import statistics, time
import torch
import torch.nn.functional as F
torch.set_num_threads(1); torch.manual_seed(1)
def run(S,V,steps=60,B=16,T=6,D=64,L=2,H=8,A=16,frozen=True):
    P=lambda *s: torch.nn.Parameter(torch.randn(S,*s)*.1)
    emb=P(V,D); emb.requires_grad_(not frozen); head,hb=P(D,A),P(A); lnw,lnb=P(D),P(D)
    blocks=[dict(w=P(D),b=P(D),q=P(D,D),k=P(D,D),v=P(D,D),o=P(D,D),u=P(D,4*D),ub=P(4*D),d=P(4*D,D),db=P(D)) for _ in range(L)]
    params=[head,hb,lnw,lnb]+[p for b in blocks for p in b.values()]+([] if frozen else [emb])
    opt=torch.optim.AdamW(params,lr=1e-3,foreach=True)
    ids=torch.randint(0,V,(S,B*T)); off=(torch.arange(S)*V).view(S,1); tg=torch.randint(0,A,(S*B*2,))
    cos=torch.randn(T,1,D//H//2); mask=torch.full((T,T),float('-inf')).triu(1)
    def norm(x,w,b): return torch.addcmul(b.unsqueeze(1),F.layer_norm(x,(D,)),w.unsqueeze(1))
    def turn(x):
        c=torch.view_as_complex(x.reshape(S*B,T,H,-1,2)); return torch.view_as_real(c*torch.complex(cos,cos)).flatten(3)
    def step():
        opt.zero_grad(set_to_none=True)
        x=F.embedding(ids+off,emb.view(S*V,D))
        for i,b in enumerate(blocks):
            h=norm(x,b['w'],b['b']); q,k,v=(turn(h.bmm(b[n]).view(S*B,T,H,-1)) if n!='v' else h.bmm(b[n]).view(S*B,T,H,-1) for n in 'qkv')
            keep=2 if i==L-1 else T
            q=q[:,-keep:]; m=mask[-keep:]
            q,k,v=(t.transpose(1,2) for t in (q,k,v))
            a=((q@k.transpose(-1,-2))/(D//H)**.5+m).softmax(-1)@v
            a=a.transpose(1,2).reshape(S,B*keep,D).bmm(b['o'])
            cut=lambda t: t.view(S,B,T,D)[:,:,-keep:].reshape(S,B*keep,D)
            hh=cut(h); x=cut(x)+a+torch.baddbmm(b['db'].unsqueeze(1),F.gelu(torch.baddbmm(b['ub'].unsqueeze(1),hh,b['u'])),b['d'])
        lg=torch.baddbmm(hb.unsqueeze(1),norm(x,lnw,lnb),head).view(-1,A)
        F.cross_entropy(lg,tg,reduction='none').view(S,-1).mean(1).sum().backward()
        sq=sum((p.grad.view(S,-1)**2).sum(1) for p in params); f=(1/(sq.sqrt()+1e-6)).clamp(max=1)
        for p in params: p.grad.mul_(f.view(S,*[1]*(p.dim()-1)))
        opt.step()
    for _ in range(5): step()
    w=[]; c=time.process_time()
    for _ in range(steps):
        t=time.perf_counter(); step(); w.append(time.perf_counter()-t)
    print('torch',torch.__version__,S,'wall %.2f cpu %.2f ms/model'%(1e3*statistics.median(w)/S,1e3*(time.process_time()-c)/steps/S),flush=True)
for S in (1,3,9,45): run(S,659)
